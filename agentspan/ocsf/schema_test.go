package ocsf_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A schema is the part of OCSF's that objects are checked against: what is not in it
// may not be written.
type schema struct {
	Base    fields            `json:"base"`
	Classes map[string]class  `json:"classes"`
	Objects map[string]fields `json:"objects"`
	Enums   map[string]map[string]string
}

type fields struct {
	Required   []string          `json:"required"`
	AtLeastOne []string          `json:"at_least_one"`
	Attributes map[string]string `json:"attributes"`
}

type class struct {
	fields
	Category   int               `json:"category"`
	Activities map[string]string `json:"activities"`
}

func readSchema(t testing.TB) *schema {
	t.Helper()
	b, err := os.ReadFile("testdata/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// check returns what is wrong with an object, as JSON has it.
func (s *schema) check(o map[string]any) []string {
	var wrong []string
	uid, ok := o["class_uid"].(float64)
	c, known := s.Classes[fmt.Sprint(uid)]
	if !ok || !known {
		return []string{fmt.Sprintf("no class %v", o["class_uid"])}
	}
	all := fields{Required: slices.Concat(s.Base.Required, c.Required), AtLeastOne: c.AtLeastOne, Attributes: maps.Clone(s.Base.Attributes)}
	maps.Copy(all.Attributes, c.Attributes)
	s.fields("", o, all, &wrong)
	if o["category_uid"] != float64(c.Category) {
		wrong = append(wrong, fmt.Sprintf("category_uid %v, want %d", o["category_uid"], c.Category))
	}
	activity, _ := o["activity_id"].(float64)
	if name := c.Activities[fmt.Sprint(activity)]; name == "" || o["activity_name"] != name {
		wrong = append(wrong, fmt.Sprintf("activity %v is %v", activity, o["activity_name"]))
	}
	if o["type_uid"] != uid*100+activity {
		wrong = append(wrong, fmt.Sprintf("type_uid %v of class %v and activity %v", o["type_uid"], uid, activity))
	}
	return wrong
}

func (s *schema) fields(at string, o map[string]any, f fields, wrong *[]string) {
	bad := func(format string, args ...any) { *wrong = append(*wrong, at+fmt.Sprintf(format, args...)) }
	for _, r := range f.Required {
		if _, ok := o[r]; !ok {
			bad("%s is required", r)
		}
	}
	if len(f.AtLeastOne) > 0 && !slices.ContainsFunc(f.AtLeastOne, func(k string) bool { _, ok := o[k]; return ok }) {
		bad("needs one of %v", f.AtLeastOne)
	}
	for k, v := range o {
		kind, ok := f.Attributes[k]
		if !ok {
			bad("%s is not in the schema", k)
			continue
		}
		what, of, _ := strings.Cut(kind, ":")
		number, isNumber := v.(float64)
		whole := isNumber && number == math.Trunc(number)
		switch what {
		case "any":
		case "string":
			if text, ok := v.(string); !ok || text == "" {
				bad("%s is %v, want text", k, v)
			}
		case "strings":
			list, ok := v.([]any)
			if !ok || len(list) == 0 {
				bad("%s is %v, want a list of text", k, v)
			}
			for _, e := range list {
				if text, ok := e.(string); !ok || text == "" {
					bad("%s holds %v, want text", k, e)
				}
			}
		case "bool":
			if _, ok := v.(bool); !ok {
				bad("%s is %v, want true or false", k, v)
			}
		case "int":
			if !whole {
				bad("%s is %v, want a whole number", k, v)
			}
		case "timestamp": // milliseconds since 1970: from 2001 to 2286
			if !whole || number < 1e12 || number >= 1e13 {
				bad("%s is %v, want milliseconds since 1970", k, v)
			}
		case "enum":
			caption, ok := s.Enums[of][strconv.Itoa(int(number))]
			sibling := strings.TrimSuffix(k, "_id")
			if !whole || !ok || o[sibling] == nil || caption != "" && o[sibling] != caption {
				bad("%s is %v and %s %v", k, v, sibling, o[sibling])
			}
		case "object":
			if m, ok := v.(map[string]any); ok {
				s.fields(at+k+".", m, s.Objects[of], wrong)
			} else {
				bad("%s is %v, want an object", k, v)
			}
		case "list":
			list, ok := v.([]any)
			if !ok || len(list) == 0 {
				bad("%s is %v, want a list of objects", k, v)
			}
			for i, e := range list {
				if m, ok := e.(map[string]any); ok {
					s.fields(fmt.Sprintf("%s%s[%d].", at, k, i), m, s.Objects[of], wrong)
				} else {
					bad("%s holds %v, want an object", k, e)
				}
			}
		default:
			bad("%s has the unknown type %s", k, kind)
		}
	}
}

// The check notices each thing it is there for.
func TestTheSchemaCheckNotices(t *testing.T) {
	s := readSchema(t)
	const good = `{"class_uid":3002,"class_name":"Authentication","category_uid":3,"activity_id":1,"activity_name":"Logon","type_uid":300201,
		"severity_id":1,"severity":"Informational","time":1800000000000,"metadata":{"version":"1.9.0","product":{"name":"Ambit"}},
		"user":{"uid":"a","type_id":1,"type":"User"},"service":{"name":"github"}}`
	for _, tt := range []struct{ name, from, to, want string }{
		{"good", "", "", ""},
		{"class", `"class_uid":3002`, `"class_uid":3999`, "no class"},
		{"category", `"category_uid":3`, `"category_uid":6`, "category_uid"},
		{"activity", `"activity_id":1`, `"activity_id":9`, "activity 9"},
		{"activity's name", `"Logon"`, `"Log on"`, "activity 1"},
		{"type", `300201`, `300202`, "type_uid"},
		{"severity", `"severity_id":1`, `"severity_id":7`, "severity_id"},
		{"caption", `"Informational"`, `"Info"`, "severity_id"},
		{"seconds", `1800000000000`, `1800000000`, "time"},
		{"required", `"version":"1.9.0",`, ``, "metadata.version is required"},
		{"required of the class", `"user"`, `"actor"`, "user is required"},
		{"one of", `,"service":{"name":"github"}`, ``, "needs one of"},
		{"unknown", `"service"`, `"servce"`, "servce is not in the schema"},
		{"empty text", `"github"`, `""`, "service.name"},
		{"enum in an object", `"type_id":1`, `"type_id":5`, "user.type_id"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.from, tt.to, 1)
			if tt.from != "" && text == good {
				t.Fatalf("nothing to change: %s", tt.from)
			}
			var o map[string]any
			if err := json.Unmarshal([]byte(text), &o); err != nil {
				t.Fatal(err)
			}
			wrong := strings.Join(s.check(o), "\n")
			if !strings.Contains(wrong, tt.want) || (tt.want == "") != (wrong == "") {
				t.Errorf("check() = %q, want %q in it", wrong, tt.want)
			}
		})
	}
}
