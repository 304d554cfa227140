//! The forms in which files state ports, and what each may do: one table.

/// What a form may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    /// List the ports of something, one by one, so that one more is a port that ports.toml does not have.
    List,
    /// Say what a service has, where there is no ports.toml.
    Infer,
    /// Say by itself which port of a service a number is, where a file has one such number.
    Tell,
    /// Take a number on the machine as a container does.
    Publish,
}

macro_rules! forms {
    ($($form:ident $name:literal [$($may:ident),*])*) => {
        /// What says that a number is a port.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Form {
            $(#[doc = $name] $form,)*
        }

        impl Form {
            /// Its name, in messages and in `explain`, and what it may do.
            fn row(self) -> (&'static str, &'static [May]) {
                match self {
                    $(Self::$form => ($name, &[$(May::$may),*]),)*
                }
            }
        }
    };
}

forms! {
    Address "address" []
    Annotation "annotation" []
    Backend "backend" [Tell]
    Comment "comment" []
    Commented "commented port" []
    Compose "compose ports" [List, Infer, Tell, Publish]
    ContainerPort "containerPort" [List, Infer, Tell]
    DevServer "dev server" []
    Endpoint "endpoint" []
    Expose "EXPOSE" [List, Tell]
    Flag "flag" []
    Forwarded "forwarded port" []
    HealthCheck "health check" []
    HostPort "hostPort" []
    Label "label" []
    LaunchSettings "launch settings" []
    Listen "listen" []
    List "list of ports" []
    Mapping "port mapping" []
    Monitor "monitor" []
    Named "port by name" []
    NetworkPolicy "network policy" []
    NodePort "nodePort" []
    Option "option" []
    Place "place" [Tell]
    Probe "probe" []
    Published "published port" [Publish]
    Range "port range" []
    OfStage "setting of a stage" []
    Script "script" []
    ServicePort "service port" [List, Infer, Tell]
    Setting "setting" []
    Table "table" []
    TargetPort "targetPort" [Infer, Tell]
    Text "text" []
    Usage "default of an option" []
    Variable "variable" [Tell]
}

impl Form {
    /// Its name, in messages and in `explain`.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    fn may(self, one: May) -> bool {
        self.row().1.contains(&one)
    }

    /// Whether it lists the ports of something, one by one.
    pub(super) fn lists(self) -> bool {
        self.may(May::List)
    }

    /// Whether it says what a service has, where there is no ports.toml.
    pub(super) fn infers(self) -> bool {
        self.may(May::Infer)
    }

    /// Whether it says by itself which port of a service a number is.
    pub(super) fn tells(self) -> bool {
        self.may(May::Tell)
    }

    /// Whether it takes a number on the machine as a container does.
    pub(super) fn publishes(self) -> bool {
        self.may(May::Publish)
    }
}
