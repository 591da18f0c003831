package chart

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// failure is what went wrong in a template, and where it did. Templates that include it pass it on as it is: with
// the words that each has to add, an error out of many of them would be many times as long.
type failure struct {
	template string // that Helm knows it by
	line     int
	reason   string
}

func (f *failure) Error() string { return fmt.Sprintf("%s:%d: %s", f.template, f.line, f.reason) }

// said is how Go says where in a template something failed, and what. What a chart itself says, by fail or
// required, stands for itself.
var said = regexp.MustCompile(`(?s)^template: (.*?):(\d+):(?:\d+:)? (?:executing .*? at <.*?>: )?(?:error calling (?:fail|required): )?(.*)$`)

// failed is the innermost failure of an error of a template.
func failed(err error) *failure {
	var inner *failure
	if errors.As(err, &inner) {
		return inner
	}
	parts := said.FindStringSubmatch(err.Error())
	if parts == nil {
		return &failure{reason: err.Error()}
	}
	line, _ := strconv.Atoi(parts[2])
	return &failure{parts[1], line, parts[3]}
}
