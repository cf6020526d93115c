package analyze

import (
	_ "golang.org/x/net/idna"
	_ "golang.org/x/net/publicsuffix"
	_ "mvdan.cc/sh/v3/syntax"
)
