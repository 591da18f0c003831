package overlay

// usualPatterns are tried in order where the configuration gives none. They name directories, and
// files that say what an environment runs. app is what is promoted where the path does not say.
var usualPatterns = []struct{ text, app string }{
	{text: "{app**}/overlays/{env}"}, {text: "overlays/{env}"},
	{text: "{app**}/envs/{env}"}, {text: "envs/{env}"},
	{text: "{app**}/environments/{env}"}, {text: "environments/{env}"},
	{text: "{app**}/env/{env}"}, {text: "env/{env}"},
	{text: "components/{app**}/{env}"},
	{text: "apps/{env}", app: "apps"},
	{text: "clusters/{env}", app: "clusters"},
	{text: "infrastructure/{env}", app: "infrastructure"},
	{text: "{app**}/values-{env}.{yaml,yml}"}, {text: "values-{env}.{yaml,yml}"},
	{text: "{app**}/values.{env}.{yaml,yml}"},
	{text: "{app**}/values/{env}.{yaml,yml}"},
	{text: "apps/{app**}/{env}.{yaml,yml}"},
	{text: "image-tags/{env}/{app}"},
	{text: "{app**}/{env}.env"}, {text: "{env}.env"},
}

// UsualPatterns are the patterns that count where the configuration gives none, in the order in which they are tried.
func UsualPatterns() []string {
	texts := make([]string, 0, len(usualPatterns))
	for _, pattern := range usualPatterns {
		texts = append(texts, pattern.text)
	}
	return texts
}
