package chart

import (
	"fmt"
	"maps"
	"reflect"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// builtins are the names of the functions that templates have from Go, whose parser wants something at each.
var builtins = map[string]any{
	"and": true, "call": true, "eq": true, "ge": true, "gt": true, "html": true, "index": true, "js": true, "le": true,
	"len": true, "lt": true, "ne": true, "not": true, "or": true, "print": true, "printf": true, "println": true,
	"slice": true, "urlquery": true,
}

// functions are all that a template of Helm may call, but for those that belong to a set of templates. Each call
// is paid for before it is made. What is random, reads the clock or would ask the network gives fixed values.
func functions(b *budget) template.FuncMap {
	all := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv"} {
		delete(all, name) // Helm has none
	}
	maps.Copy(all, printing)
	maps.Copy(all, helmFunctions())
	maps.Copy(all, durations())
	maps.Copy(all, fixed(b))
	maps.Copy(all, clock())
	for name, function := range all {
		all[name] = counted(b, name, function)
	}
	return all
}

// printing are Go's own functions that print.
var printing = template.FuncMap{
	"print":    fmt.Sprint,
	"printf":   fmt.Sprintf,
	"println":  fmt.Sprintln,
	"html":     template.HTMLEscaper,
	"js":       template.JSEscaper,
	"urlquery": template.URLQueryEscaper,
}

// counted is a function that is paid for: what it is given, what it makes of that beyond its like, and the text
// that it returns.
func counted(b *budget, name string, function any) any {
	value := reflect.ValueOf(function)
	t := value.Type()
	call := value.Call
	if t.IsVariadic() {
		call = value.CallSlice
	}
	measure, extra := b.measure, costs[name]
	if shallow[name] {
		measure = b.glance
	}
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		// A function that returns no error has this way only to report one; templates take it as one.
		check := func(err error) {
			if err != nil {
				panic(err)
			}
		}
		given := make(arguments, 0, len(args))
		for i, arg := range args {
			if t.IsVariadic() && i == len(args)-1 {
				for j := range arg.Len() {
					given = append(given, arg.Index(j).Interface())
				}
				break
			}
			given = append(given, arg.Interface())
		}
		for _, arg := range given {
			check(measure(arg))
		}
		if extra != nil {
			check(b.take(extra(given)))
		}
		results := call(args)
		check(b.glance(results[0].Interface()))
		return results
	}).Interface()
}
