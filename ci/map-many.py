"""Prints a ports.toml of 300 services in 10 groups, the same at each run."""

import random

GROUPS = "frontend identity billing orders catalog search messaging data observability edge".split()
KINDS = "api worker gateway indexer mailer scheduler store proxy".split()

random.seed(3)
print('version = 1\n\n[platform]\nname = "A platform of three hundred services"\nid = "many"\n\n[ranges]')
for at, group in enumerate(GROUPS):
    first = 3000 + at * 200
    print(f'{group} = {{ ports = "{first}-{first + 199}", purpose = "{group.title()} services and jobs" }}')
for group in GROUPS:
    print(f'\n[groups.{group}]\ntitle = "{group.title()}"\nranges = ["{group}"]')
ids = []
for at in range(300):
    group, row = GROUPS[at % 10], at // 10
    port = 3000 + at % 10 * 200 + row * 3
    service = f"{group}-{random.choice(KINDS)}-{row}"
    needs = random.sample(ids, min(len(ids), random.choice([0, 1, 2, 2, 3, 6])))
    expose = random.choice(["loopback", "loopback", "all", "none"])
    print(f'\n[services.{service}]\ntitle = "The {service.replace("-", " ")} of the platform"\ngroup = "{group}"')
    print(f'ports.http = {{ host = {port}, expose = "{expose}" }}')
    if row % 3 == 0:
        print(f'ports.metrics = {{ host = {port + 1}, container = 9090 }}\nmain = "http"')
    print("depends-on = [" + ", ".join(f'"{one}"' for one in needs) + "]")
    ids.append(service)
