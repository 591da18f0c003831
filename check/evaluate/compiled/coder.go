package compiled

import (
	"encoding/binary"
	"errors"
)

// coder goes through modules to write them or to read them: each of its methods codes what it is given a
// pointer to, whichever it does, so that what is written and what is read cannot differ.
type coder struct {
	writing bool
	in      string // still to be read
	out     []byte // written so far
	err     error  // the first

	texts []string
	known map[string]int // where a text that was written is among them
	file  string         // of the module
}

var errShort = errors.New("ends too early")

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.in = ""
}

// number codes what is not negative.
func (c *coder) number(n *int) {
	if c.writing {
		c.out = binary.AppendUvarint(c.out, uint64(*n))
		return
	}
	*n = 0
	for shift := 0; ; shift += 7 {
		if c.in == "" || shift > 28 {
			*n = 0
			c.fail(errShort)
			return
		}
		b := c.in[0]
		c.in = c.in[1:]
		*n |= int(b&0x7f) << shift
		if b < 0x80 {
			return
		}
	}
}

func (c *coder) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	c.number(&n)
	*b = n == 1
}

// text codes a text, the second time by where it is among those before it.
func (c *coder) text(s *string) {
	at := len(c.texts)
	if c.writing {
		if before, again := c.known[*s]; again {
			at = before
		}
		c.known[*s] = at
	}
	c.number(&at)
	switch {
	case at < len(c.texts):
		*s = c.texts[at]
		return
	case c.writing:
		length := len(*s)
		c.number(&length)
		c.out = append(c.out, *s...)
	default:
		var length int
		if c.number(&length); length > len(c.in) {
			c.fail(errShort)
			length = 0
		}
		*s, c.in = c.in[:length], c.in[length:]
	}
	c.texts = append(c.texts, *s)
}

// list codes a list by its length and its elements.
func list[T any](c *coder, s *[]T, element func(*T)) {
	var length int
	if c.writing {
		length = len(*s)
	}
	if c.number(&length); length == 0 {
		return
	}
	if !c.writing {
		if length > len(c.in) { // each element takes a byte at least
			c.fail(errShort)
			return
		}
		*s = make([]T, length)
	}
	for i := range *s {
		element(&(*s)[i])
	}
}

// pointer codes what a pointer points to, if to anything.
func pointer[T any](c *coder, p **T, target func(*T)) {
	there := c.writing && *p != nil
	if c.flag(&there); !there {
		return
	}
	if !c.writing {
		*p = new(T)
	}
	target(*p)
}
