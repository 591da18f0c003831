package trait

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// offersOf are the ConfigMaps and Secrets that are there because of an object.
func offersOf(root *yaml.Node, of document.Identity) []Offer {
	own := Offer{Kind: "Secret", Namespace: of.Namespace, Name: of.Name}
	switch of.Group + "/" + of.Kind {
	case "/ConfigMap":
		own.Kind, own.Keys = "ConfigMap", keysIn(document.Get(root, "data"), document.Get(root, "binaryData"))
		own.Unknown = isFilledIn(root)
	case "/Secret":
		own.Keys = keysIn(document.Get(root, "data"), document.Get(root, "stringData"))
		own.Unknown = len(own.Keys) == 0 || isFilledIn(root)
	case "external-secrets.io/ExternalSecret":
		return []Offer{external(own, document.Get(root, "spec"))}
	case "external-secrets.io/ClusterExternalSecret":
		own.Anywhere = true
		if name := text(root, "spec", "externalSecretName"); name != "" {
			own.Name = name
		}
		return []Offer{external(own, document.Get(root, "spec", "externalSecretSpec"))}
	case "kubernetes-client.io/ExternalSecret":
		for _, entry := range document.Items(document.Get(root, "spec", "data")) {
			own.Keys = append(own.Keys, text(entry, "name"))
		}
		own.Unknown = document.Get(root, "spec", "dataFrom") != nil
	case "bitnami.com/SealedSecret":
		if name := text(root, "spec", "template", "metadata", "name"); name != "" {
			own.Name = name
		}
		own.Keys = keysIn(document.Get(root, "spec", "encryptedData"), document.Get(root, "spec", "template", "data"))
	case "isindir.github.com/SopsSecret":
		return templated(own, document.Items(document.Get(root, "spec", "secretTemplates")))
	case "secrets-store.csi.x-k8s.io/SecretProviderClass":
		return provided(own, document.Items(document.Get(root, "spec", "secretObjects")))
	default:
		return madeBy(root, own)
	}
	return []Offer{own}
}

// isFilledIn reports whether an object asks others to put something into it.
func isFilledIn(root *yaml.Node) bool {
	for _, field := range []string{"annotations", "labels"} {
		for _, key := range keysIn(document.Get(root, "metadata", field)) {
			for _, word := range []string{"inject", "replicat", "reflect"} {
				if strings.Contains(key, word) {
					return true
				}
			}
		}
	}
	return false
}

// external is what the External Secrets Operator makes.
func external(own Offer, spec *yaml.Node) Offer {
	target := document.Get(spec, "target")
	if name := text(target, "name"); name != "" {
		own.Name = name
	}
	if kind := text(target, "manifest", "kind"); kind != "" {
		own.Kind = kind
	}
	template := document.Get(target, "template")
	own.Unknown = text(target, "creationPolicy") == "Merge" || text(target, "creationPolicy") == "None" || document.Get(template, "templateFrom") != nil
	written := keysIn(document.Get(template, "data"))
	if len(written) > 0 && text(template, "mergePolicy") != "Merge" {
		own.Keys = written
		return own
	}
	own.Keys = written
	for _, entry := range document.Items(document.Get(spec, "data")) {
		own.Keys = append(own.Keys, text(entry, "secretKey"))
	}
	own.Unknown = own.Unknown || len(document.Items(document.Get(spec, "dataFrom"))) > 0
	return own
}

func templated(own Offer, templates []*yaml.Node) []Offer {
	var offers []Offer
	for _, template := range templates {
		offer := own
		offer.Name, offer.Keys = text(template, "name"), keysIn(document.Get(template, "data"), document.Get(template, "stringData"))
		offers = append(offers, offer)
	}
	return offers
}

func provided(own Offer, objects []*yaml.Node) []Offer {
	var offers []Offer
	for _, object := range objects {
		offer := own
		offer.Name = text(object, "secretName")
		for _, entry := range document.Items(document.Get(object, "data")) {
			offer.Keys = append(offer.Keys, text(entry, "key"))
		}
		offers = append(offers, offer)
	}
	return offers
}

// namesOfMade are where objects say how a Secret is called that somebody makes of them, with whatever is in it.
var namesOfMade = [][]string{
	{"spec", "secretName"},
	{"spec", "destination", "name"},
	{"spec", "writeConnectionSecretToRef", "name"},
	{"spec", "managedSecretReference", "secretName"},
	{"spec", "managedSecret", "name"},
	{"spec", "output", "secret", "name"},
	{"spec", "privateKeySecretRef", "name"},
	{"spec", "acme", "privateKeySecretRef", "name"},
	{"metadata", "annotations", "service.beta.openshift.io/serving-cert-secret-name"},
	{"metadata", "annotations", "service.alpha.openshift.io/serving-cert-secret-name"},
}

// ownNamed are the kinds of which somebody makes a Secret that is called like them, with one of these endings.
var ownNamed = map[string][]string{
	"onepassword.com/OnePasswordItem":            {""},
	"kafka.strimzi.io/KafkaUser":                 {""},
	"kafka.strimzi.io/Kafka":                     {"-cluster-ca-cert", "-clients-ca-cert"},
	"ricoberger.de/VaultSecret":                  {""},
	"postgresql.cnpg.io/Cluster":                 {"-app", "-superuser", "-ca", "-server", "-replication"},
	"elasticsearch.k8s.elastic.co/Elasticsearch": {"-es-elastic-user", "-es-http-certs-public", "-es-http-certs-internal"},
}

func madeBy(root *yaml.Node, own Offer) []Offer {
	var offers []Offer
	own.Unknown = true
	for _, keys := range namesOfMade {
		if name := text(root, keys...); name != "" {
			offer := own
			offer.Name = name
			if namespace := text(root, append(keys[:len(keys)-1:len(keys)-1], "namespace")...); namespace != "" && keys[0] == "spec" {
				offer.Namespace = namespace
			}
			offers = append(offers, offer)
		}
	}
	for _, ending := range ownNamed[groupKind(root)] {
		offer := own
		offer.Name += ending
		offers = append(offers, offer)
	}
	if groupKind(root) == "trust.cert-manager.io/Bundle" {
		own.Kind, own.Anywhere = "ConfigMap", true
		offers = append(offers, own)
	}
	return offers
}

func groupKind(root *yaml.Node) string {
	of := document.Identify(root, "")
	return of.Group + "/" + of.Kind
}
