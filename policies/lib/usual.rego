# METADATA
# title: The usual environments
# description: |
#   The names by which environments are recognised without configuration. Written by
#   `PROMOCHECK_UPDATE=1 go test ./...`: edit check/spelling instead.
package promocheck.lib.usual

# METADATA
# description: The names with all their spellings, in lower case.
environments := {
	"sandbox",
	"dev", "development",
	"int", "integration",
	"test", "testing",
	"qa",
	"load",
	"perf", "performance",
	"staging", "stage", "stg",
	"uat",
	"preprod", "pre-prod",
	"prod", "production", "prd", "live",
}
