// Command compile writes down what the policies are compiled to, for builds with the tag compiled. It is run in the
// policies' directory, by `go generate`.
package main

import (
	"log"
	"os"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/policies"
)

func main() {
	text, err := evaluate.Precompile(policies.Source)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("compiled.bin", []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}
