package analyze

import (
	"regexp"
	"strings"
	"sync"

	"github.com/ambit-go/ambit/boundary/effect"
)

// manifestKind finds what a Kubernetes manifest, in YAML or JSON, says it is about.
// Kinds that are only referred to are found as well: more rather than less.
var manifestKind = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)["']?\bkind["']?\s*:\s*["']?([A-Za-z]+)`) })

// manifest looks into a file that kubectl applies, as it is now, for objects that the
// command line does not show: those of the whole cluster, rights, secrets. What a file
// that cannot be read holds is told by what the command line says alone.
func (c *cmd) manifest(v value, fields map[string]string, access effect.Access) {
	text, ok := v.lit()
	if !ok || text == "" || c.st.lost || c.st.away != nil {
		return
	}
	if c.disk == nil {
		c.unknown(effect.Resource, access, c.raw)
		return
	}
	if text[0] != '/' {
		text = join(c.st.dir, text)
	}
	body, ok := c.readFile(clean(text))
	if !ok {
		return
	}
	c.objects(body, fields, access)
}

// objects adds what a manifest's text holds beside ordinary objects of a namespace.
func (c *cmd) objects(body string, fields map[string]string, access effect.Access) {
	for _, m := range manifestKind().FindAllStringSubmatch(body, 200) {
		kind := strings.ToLower(m[1]) + "s"
		if strings.HasSuffix(kind, "ys") && kind != "keys" {
			kind = strings.TrimSuffix(kind, "ys") + "ies"
		} else if strings.HasSuffix(kind, "sss") {
			kind = strings.TrimSuffix(kind, "s") + "es"
		}
		cluster := kubeCluster(kind)
		rights := kubeGrants(kind)
		f := copyFields(fields)
		f["kind"] = kind
		switch {
		case kind == "secrets":
			c.secret(access, "store:k8s/", effect.Prefix, c.raw)
		case rights:
			if cluster {
				delete(f, "namespace")
			}
			c.resource(max(access, effect.Grant), "k8s", f, effect.Prefix, effect.NoDirection)
		case cluster:
			delete(f, "namespace")
			c.resource(access, "k8s", f, effect.Prefix, effect.NoDirection)
		}
	}
}
