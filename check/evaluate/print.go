package evaluate

import (
	"fmt"
	"sync"

	"github.com/open-policy-agent/opa/v1/topdown/print"
)

// printer hands on what policies print, with where they do, one after another.
type printer struct {
	mu sync.Mutex
	to func(text string)
}

// Print makes it a print.Hook.
func (p *printer) Print(at print.Context, message string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at.Location != nil {
		message = fmt.Sprintf("%s:%d: %s", at.Location.File, at.Location.Row, message)
	}
	p.to(message)
	return nil
}

// Printing are the same policies, of which those that are added may print: what they print is handed on. Otherwise it is left
// out when they are compiled.
func (p *Policies) Printing(to func(text string)) *Policies {
	same := *p
	same.prints = &printer{to: to}
	return &same
}
