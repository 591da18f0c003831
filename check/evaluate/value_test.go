package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/promocheck/promocheck/check/event"
)

// TestToValueSaysWhatJSONSays converts made-up events by both ways.
func TestToValueSaysWhatJSONSays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		e := &event.Event{}
		makeUp(reflect.ValueOf(e), random)
		got, err := toValue(e)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ast.ValueFromReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if got.Compare(want) != 0 {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
	if _, err := toValue(&event.Event{Config: event.Config{Rules: map[string]map[string]any{"a": {"b": func() {}}}}}); err == nil {
		t.Error("a function is turned into a value")
	}
}

// texts have what JSON escapes, and what it cannot hold.
var texts = []string{"", "a", "1.10", "é \u2028 <&> \x00 \"", "\xff\xfe"}

// values are what a parameter can be, and more.
var values = []any{
	nil, true, -3, 1 << 60, 2.5, 1e30, json.Number("1.50"), "a", []any{1, "a", nil, []string{"b"}},
	map[string]any{"a": map[string]int{"b": 1}}, map[string]string(nil), uint8(7), []byte("a"),
}

// makeUp fills in a value, in which anything that may be nil or empty sometimes is.
func makeUp(v reflect.Value, random *rand.Rand) {
	some := random.IntN(4)
	switch v.Kind() {
	case reflect.Pointer:
		if some > 0 || v.IsValid() && !v.CanSet() {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			makeUp(v.Elem(), random)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			makeUp(v.Field(i), random)
		}
	case reflect.Slice:
		if some > 0 {
			v.Set(reflect.MakeSlice(v.Type(), some-1, some-1))
			for i := range v.Len() {
				makeUp(v.Index(i), random)
			}
		}
	case reflect.Map:
		if some > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range some - 1 {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				makeUp(key, random)
				makeUp(value, random)
				v.SetMapIndex(key, value)
			}
		}
	case reflect.Interface:
		if value := values[random.IntN(len(values))]; value != nil {
			v.Set(reflect.ValueOf(value))
		}
	case reflect.String:
		v.SetString(texts[random.IntN(len(texts))])
	case reflect.Bool:
		v.SetBool(some == 0)
	case reflect.Int:
		v.SetInt(int64(random.IntN(2000) - 1000))
	default:
		panic(fmt.Sprintf("nothing is made up for %s", v.Type()))
	}
}
