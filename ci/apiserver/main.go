// Judges manifests as the Kubernetes API server does, with its own code: strict decoding, defaults, validation.
//
// It does not see what needs the state of a cluster, such as node ports that are taken, and it skips kinds that are
// not built in (kustomization.yaml, the Gateway API).
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	apps_validation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	core_validation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networking_validation "k8s.io/kubernetes/pkg/apis/networking/validation"
)

func main() {
	decoder := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDecoder()
	judged, refused := 0, 0
	for _, path := range os.Args[1:] {
		for _, document := range documents(path) {
			object, err := runtime.Decode(decoder, document)
			if runtime.IsNotRegisteredError(err) {
				continue
			}
			judged++
			if err == nil {
				err = validate(object).ToAggregate()
			}
			if err != nil {
				refused++
				fmt.Printf("%s: %v\n", path, err)
			}
		}
	}
	fmt.Printf("%d objects, %d refused\n", judged, refused)
	if refused > 0 || judged == 0 {
		os.Exit(1)
	}
}

func documents(path string) [][]byte {
	file, err := os.Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	defer file.Close()
	reader := yaml.NewYAMLReader(bufio.NewReader(file))
	var found [][]byte
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, path, err)
			os.Exit(2)
		}
		found = append(found, document)
	}
}

func validate(object runtime.Object) field.ErrorList {
	switch object := object.(type) {
	case *core.Service:
		allocate(object)
		return core_validation.ValidateServiceCreate(object)
	case *core.Namespace:
		return core_validation.ValidateNamespace(object)
	case *core.ConfigMap:
		inNamespace(&object.Namespace)
		return core_validation.ValidateConfigMap(object)
	case *core.Pod:
		inNamespace(&object.Namespace)
		return core_validation.ValidatePodCreate(object, core_validation.PodValidationOptions{})
	case *apps.Deployment:
		inNamespace(&object.Namespace)
		return apps_validation.ValidateDeployment(object, core_validation.PodValidationOptions{})
	case *apps.StatefulSet:
		inNamespace(&object.Namespace)
		return apps_validation.ValidateStatefulSet(object, core_validation.PodValidationOptions{})
	case *networking.Ingress:
		inNamespace(&object.Namespace)
		return networking_validation.ValidateIngressCreate(object)
	case *networking.NetworkPolicy:
		inNamespace(&object.Namespace)
		return networking_validation.ValidateNetworkPolicy(object, networking_validation.NetworkPolicyValidationOptions{})
	}
	return field.ErrorList{field.NotSupported(field.NewPath("kind"), fmt.Sprintf("%T", object), []string{"add it to ci/apiserver"})}
}

// kubectl and kustomize say the namespace where a file does not.
func inNamespace(namespace *string) {
	if *namespace == "" {
		*namespace = "default"
	}
}

// What the server allocates before it validates.
func allocate(service *core.Service) {
	inNamespace(&service.Namespace)
	single := core.IPFamilyPolicySingleStack
	service.Spec.IPFamilies, service.Spec.IPFamilyPolicy = []core.IPFamily{core.IPv4Protocol}, &single
	if service.Spec.ClusterIP != core.ClusterIPNone {
		service.Spec.ClusterIP = "10.0.0.7"
	}
	service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
}
