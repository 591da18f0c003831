package repogen

import (
	"fmt"
	"strings"
)

// app is what is released as one.
type app struct {
	name      string
	inBase    bool // its base says the version, for all environments
	version   int
	memory    int
	settings  int
	variables int
	rules     int
	overlays  []*overlayOf // dev, staging, then production's clusters
}

// overlayOf is an app in one place.
type overlayOf struct {
	path    string
	version int
}

func cluster(n int) string { return fmt.Sprintf("cluster-%02d", n) }

// begin writes everything for the first time.
func (m *maker) begin() {
	m.writeShared()
	for i := range m.Apps {
		a := &app{name: fmt.Sprintf("app-%03d", i), inBase: i%3 == 2, version: 1}
		a.overlays = []*overlayOf{{"dev", 1}, {"staging", 1}}
		for n := range m.Clusters {
			a.overlays = append(a.overlays, &overlayOf{"prod/" + cluster(n), 1})
		}
		m.apps = append(m.apps, a)
		m.write("apps/"+a.name+"/base/kustomization.yaml", "resources: [deployment.yaml, service.yaml, network.yaml]\n"+
			"configMapGenerator: [{name: %s-settings, envs: [settings.env]}]\n", a.name)
		m.write("apps/"+a.name+"/base/service.yaml", service, a.name, a.name)
		m.writeDeployment(a)
		m.writeSettings(a)
		m.writeRules(a)
		for n, o := range a.overlays {
			m.writeOverlay(a, o)
			if m.Deployed {
				m.writeDeployer(a, o, (i+n)%2 == 0)
			}
		}
	}
}

func image(name string) string { return "registry.example.com/acme/" + name }

func (m *maker) writeDeployment(a *app) {
	var variables strings.Builder
	for i := range 3 + a.variables%20 {
		fmt.Fprintf(&variables, "\n            - {name: OPTION_%d, value: \"%d\"}", i, i+a.variables)
	}
	tag := "base"
	if a.inBase {
		tag = fmt.Sprintf("v1.%d.0", a.version)
	}
	m.write("apps/"+a.name+"/base/deployment.yaml", deployment, a.name, a.name, a.name, image(a.name), tag, variables.String(), 64+a.memory, a.name)
}

func (m *maker) writeSettings(a *app) {
	m.write("apps/"+a.name+"/base/settings.env", "LOG_LEVEL=info\nTIMEOUT=%d\nREGION=eu\n", a.settings)
}

func (m *maker) writeRules(a *app) {
	var rules strings.Builder
	for i := range 1 + a.rules%8 {
		fmt.Fprintf(&rules, "\n    - from: [{podSelector: {matchLabels: {app: app-%03d}}}]", (i+a.rules)%m.Apps)
	}
	m.write("apps/"+a.name+"/base/network.yaml", network, a.name, a.name, rules.String())
}

func (m *maker) writeOverlay(a *app, o *overlayOf) {
	up := strings.Repeat("../", 2+strings.Count(o.path, "/"))
	text := fmt.Sprintf("resources: [%sbase]\ncomponents: [%s../../components/platform]\nnamespace: %s\n",
		up, up, strings.ReplaceAll(o.path, "/", "-"))
	if !a.inBase {
		text += fmt.Sprintf("images: [{name: %s, newTag: v1.%d.0}]\n", image(a.name), o.version)
	}
	m.write("apps/"+a.name+"/overlays/"+o.path+"/kustomization.yaml", "%s", text)
}

// writeDeployer writes what deploys an overlay.
func (m *maker) writeDeployer(a *app, o *overlayOf, flux bool) {
	environment := strings.ReplaceAll(o.path, "/", "-")
	path := "apps/" + a.name + "/overlays/" + o.path
	if flux {
		m.write("clusters/"+o.path+"/"+a.name+".yaml", fluxKustomization, a.name, path, environment)
		return
	}
	m.write("argocd/"+a.name+"-"+environment+".yaml", application, a.name, environment, path, environment)
}

// writeShared writes what every overlay builds in.
func (m *maker) writeShared() {
	m.write("components/platform/kustomization.yaml", component)
	m.write("components/platform/limits.yaml", limits, 10+m.limits)
	m.write("components/platform/proxy.yaml", proxy, image("proxy"), m.proxy, 32+m.limits)
}

const component = `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [limits.yaml]
labels: [{pairs: {team: platform}}]
patches:
  - path: proxy.yaml
    target: {kind: Deployment}
`

const limits = `apiVersion: v1
kind: ResourceQuota
metadata: {name: limits}
spec:
  hard: {pods: "%d"}
`

const proxy = `apiVersion: apps/v1
kind: Deployment
metadata: {name: any}
spec:
  template:
    spec:
      containers:
        - name: proxy
          image: %s:v1.%d.0
          resources: {limits: {memory: %dMi}}
`

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  replicas: 2
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec:
      containers:
        - name: main
          image: %s:%s
          ports: [{containerPort: 8080}]
          env:%s
          resources: {limits: {memory: %dMi}}
          envFrom: [{configMapRef: {name: %s-settings}}]
          livenessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 10}
`

const service = `apiVersion: v1
kind: Service
metadata: {name: %s}
spec:
  selector: {app: %s}
  ports: [{port: 80, targetPort: 8080}]
`

const network = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: %s}
spec:
  podSelector: {matchLabels: {app: %s}}
  ingress:%s
`

const fluxKustomization = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: %s, namespace: flux-system}
spec:
  interval: 10m
  path: ./%s
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
  targetNamespace: %s
`

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: %s-%s, namespace: argocd}
spec:
  project: default
  source:
    repoURL: https://example.com/acme/config
    path: %s
    targetRevision: main
  destination: {server: https://kubernetes.default.svc, namespace: %s}
  syncPolicy: {automated: {prune: true}}
`
