package cli

// helpTemplate lists what people look for first: how it is used, then commands, then flags.
const helpTemplate = `{{.Name}}: {{.Usage}}

USAGE
   promocheck [--base REF] [options]
   promocheck COMMAND [options]

{{.Description}}

COMMANDS{{range .VisibleCommands}}
   {{join .Names ", "}}{{"\t"}}{{.Usage}}{{end}}

OPTIONS{{range .VisibleFlags}}
   {{.}}{{end}}
`
