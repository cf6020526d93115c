// Code generated from the tables by go test -run TestLines -update; DO NOT EDIT.

package analyze

// lineOf returns the number of the line that describes a program, -1 if none does.
func lineOf(name string) int {
	switch name {
	case "cat", "tac", "ccat", "zcat", "bzcat", "xzcat", "zstdcat", "gzcat":
		return 0
	case "bat", "batcat":
		return 1
	case "head", "tail", "ghead", "gtail":
		return 2
	case "less", "more", "most", "zless", "zmore":
		return 3
	case "nl", "rev", "fold", "fmt", "pr", "expand", "unexpand", "paste", "comm", "join", "colrm", "look", "tsort", "strings", "od", "hexdump", "hd", "file", "cksum", "sum":
		return 4
	case "wc":
		return 5
	case "md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "b2sum", "shasum", "md5", "sha256", "xxhsum":
		return 6
	case "sort":
		return 7
	case "uniq":
		return 8
	case "cut":
		return 9
	case "tr", "yes", "numfmt", "expr", "cal", "ncal", "rot13":
		return 10
	case "units":
		return 11
	case "seq", "jot", "factor":
		return 12
	case "bc":
		return 13
	case "dc":
		return 14
	case "shuf":
		return 15
	case "tee":
		return 16
	case "sponge":
		return 17
	case "grep", "egrep", "fgrep", "zgrep", "bzgrep", "xzgrep", "ugrep", "ggrep":
		return 18
	case "rg", "ag", "ack":
		return 19
	case "bsdiff", "bspatch":
		return 20
	case "delta":
		return 21
	case "diff", "cmp", "sdiff", "colordiff", "diff3", "zdiff", "difft":
		return 22
	case "ls", "ll", "la", "dir", "vdir", "exa", "eza", "lsd", "gls":
		return 23
	case "tree":
		return 24
	case "stat", "du", "df", "readlink", "realpath", "namei", "lsattr", "getfacl", "mountpoint", "pathchk", "findmnt", "dust", "ncdu", "duf":
		return 25
	case "basename", "dirname":
		return 26
	case "xxd":
		return 27
	case "base64", "base32", "basenc":
		return 28
	case "tidy":
		return 29
	case "mlr":
		return 30
	case "fx":
		return 31
	case "glow", "mdcat":
		return 32
	case "hexyl", "jless", "xsv", "csvlook", "csvcut", "csvstat", "qsv", "xmllint", "hxselect", "pup", "htmlq", "gron", "cloc", "tokei", "scc", "loc", "wordcount":
		return 33
	case "pandoc":
		return 34
	case "touch":
		return 35
	case "mkdir", "mkfifo":
		return 36
	case "mknod":
		return 37
	case "truncate":
		return 38
	case "cp", "gcp":
		return 39
	case "install", "ginstall":
		return 40
	case "mv", "gmv", "rename":
		return 41
	case "rm", "grm", "srm":
		return 42
	case "rmdir", "unlink", "trash", "trash-put", "gio-trash":
		return 43
	case "shred", "wipe":
		return 44
	case "link":
		return 45
	case "split", "csplit":
		return 46
	case "chmod", "gchmod":
		return 47
	case "chown", "chgrp", "gchown":
		return 48
	case "setfacl":
		return 49
	case "chattr", "setcap", "chflags", "xattr", "setfattr", "restorecon", "chcon":
		return 50
	case "dos2unix", "unix2dos", "fromdos", "todos":
		return 51
	case "iconv":
		return 52
	case "patch":
		return 53
	case "nano", "vim", "vi", "nvim", "emacs", "pico", "micro", "ed", "ex", "joe", "helix", "hx", "kak", "gedit", "kate", "code", "subl", "cursor", "zed", "idea", "goland":
		return 54
	case "view", "rview", "gview":
		return 55
	case "vimdiff", "gvimdiff", "rvim", "gvim", "evim", "red":
		return 56
	case "start", "explorer":
		return 57
	case "zip":
		return 58
	case "7z", "7za", "7zz", "rar", "unrar", "ar", "cpio", "lha":
		return 59
	case "pbcopy", "xclip", "xsel", "wl-copy", "clip":
		return 60
	case "pbpaste", "wl-paste":
		return 61
	case "openssl":
		return 62
	case "ssh-keygen":
		return 63
	case "ssh-add":
		return 64
	case "ssh-agent":
		return 65
	case "dasel", "tomlq":
		return 66
	case "ssh-copy-id":
		return 67
	case "ssh-keyscan":
		return 68
	case "sqlite3_analyzer":
		return 69
	case "convert", "magick", "identify", "mogrify", "ffmpeg", "ffprobe", "sox", "exiftool", "pdftotext", "pdftoppm", "qpdf", "gs", "inkscape", "rsvg-convert", "optipng", "jpegoptim", "cwebp", "dot", "plantuml", "mmdc", "d2":
		return 70
	case "sed", "gsed", "ssed":
		return 71
	case "jq", "yq", "gojq", "jaq":
		return 72
	case "awk", "gawk", "mawk", "nawk":
		return 73
	case "envsubst", "gettext", "ngettext":
		return 74
	case "column":
		return 75
	case "man":
		return 76
	case "figlet", "toilet", "banner", "boxes":
		return 77
	case "lolcat":
		return 78
	case "cowsay", "cowthink":
		return 79
	case "clear", "reset", "tput", "stty", "tty", "true", "false", "logname", "users", "who", "whoami", "w", "id", "groups", "uptime", "hostid", "nproc", "uname", "getconf", "locale", "lscpu", "lsblk", "lsusb", "lspci", "lsmod", "lshw", "free", "vmstat", "iostat", "mpstat", "sensors", "acpi", "sw_vers", "system_profiler", "ioreg", "lastlog", "finger", "getcap", "sleep", "usleep", "lsof", "pstree", "pgrep", "pidof", "pidstat", "top", "htop", "btop", "atop", "pmap", "c++filt", "apropos", "whatis", "tldr", "cheat", "locate", "mlocate", "plocate", "mdfind", "whereis", "ipcs", "ulimit", "netstat", "ss", "iwconfig", "xdpyinfo", "xrandr", "xwininfo", "xprop", "lsns", "lslocks", "lslogins", "vm_stat":
		return 80
	case "ldd":
		return 81
	case "nm", "objdump", "readelf", "otool", "size", "addr2line", "dwarfdump":
		return 82
	case "dmesg":
		return 83
	case "last", "lastb":
		return 84
	case "sar":
		return 85
	case "info":
		return 86
	case "dmidecode":
		return 87
	case "nvidia-smi":
		return 88
	case "hostname":
		return 89
	case "ps":
		return 90
	case "getent", "resolvectl", "ip", "route", "ifconfig", "arp":
		return 91
	case "hostnamectl", "timedatectl", "loginctl", "networksetup", "scutil", "rfkill", "csrutil", "spctl", "pmset", "pacmd", "amixer", "wmctrl":
		return 92
	case "date", "gdate":
		return 93
	case "service", "launchctl", "rc-service", "rc-update", "update-rc.d", "chkconfig", "initctl", "supervisorctl", "pm2", "forever", "brew-services", "svcadm":
		return 94
	case "useradd", "adduser", "usermod", "userdel", "deluser", "groupadd", "groupdel", "groupmod", "gpasswd", "passwd", "chpasswd", "chsh", "chfn", "vipw", "visudo", "newusers", "dscl", "dseditgroup", "sysadminctl", "pw", "chage", "faillock", "pam-auth-update", "authconfig", "realm":
		return 95
	case "iptables", "ip6tables", "iptables-restore", "nft", "ufw", "firewall-cmd", "pfctl", "ebtables", "ipset", "tc", "ipfw", "socketfilterfw":
		return 96
	case "umount", "losetup", "cryptsetup", "mkfs", "mkfs.ext4", "mkfs.xfs", "mkswap", "swapon", "swapoff", "fdisk", "parted", "sgdisk", "lvcreate", "lvremove", "vgcreate", "pvcreate", "wipefs", "fsck", "tune2fs", "resize2fs", "hdparm", "blkdiscard", "diskutil", "hdiutil":
		return 97
	case "kill", "pkill", "killall", "skill", "xkill":
		return 98
	case "reboot", "shutdown", "halt", "poweroff", "init", "telinit", "wall", "write", "mesg":
		return 99
	case "modprobe", "insmod", "rmmod", "depmod", "kexec", "sysctl", "kextload", "dkms", "update-grub", "grub-install", "mkinitcpio", "dracut", "update-initramfs", "efibootmgr":
		return 100
	case "atq", "atrm":
		return 101
	case "journalctl", "log":
		return 102
	case "tcpdump", "tshark", "wireshark", "dumpcap", "ngrep", "ettercap", "bettercap", "tcpflow":
		return 103
	case "auditctl", "ausearch", "setenforce", "aa-disable", "aa-complain", "apparmor_parser", "semanage", "setsebool":
		return 104
	case "history", "fc":
		return 105
	case "fzf", "sk", "peco", "gum":
		return 106
	case "start-stop-daemon":
		return 107
	case "daemonize":
		return 108
	case "screen", "tmux", "byobu", "zellij":
		return 109
	case "watch":
		return 110
	case "xdotool", "ydotool", "cliclick", "scrot", "import", "gnome-screenshot", "screencapture", "maim", "grim", "ffcast", "arecord", "parecord":
		return 111
	case "gsettings", "dconf", "defaults", "plutil", "PlistBuddy", "xfconf-query", "kwriteconfig5":
		return 112
	case "update-alternatives", "alternatives", "ldconfig", "locale-gen", "dpkg-reconfigure", "debconf-set-selections":
		return 113
	case "hashcat", "john", "hydra", "medusa", "ncrack", "crackmapexec", "netexec", "impacket-secretsdump", "mimikatz", "linpeas.sh", "linpeas", "responder", "msfconsole", "msfvenom", "sqlmap", "gobuster", "ffuf", "dirb", "dirbuster", "nikto", "wpscan", "feroxbuster", "wfuzz", "aircrack-ng", "reaver", "beef", "evil-winrm", "chisel", "ligolo", "proxychains", "proxychains4", "tor", "torsocks":
		return 114
	case "ping", "ping6", "traceroute", "traceroute6", "tracepath", "mtr", "arping", "fping", "hping3":
		return 115
	case "avahi-resolve", "avahi-resolve-host-name":
		return 116
	case "nmap", "masscan", "zmap", "unicornscan", "rustscan", "arp-scan", "nbtscan", "enum4linux", "smbclient", "smbmap", "rpcclient", "snmpwalk", "onesixtyone", "ldapsearch", "showmount", "rpcinfo", "snmpset", "snmpget", "snmptrap":
		return 117
	case "tailscale", "wg", "wg-quick", "openvpn", "nmcli", "zerotier-cli", "cloudflared", "ngrok", "localtunnel", "lt", "bore", "frpc", "frps", "ssh-tunnel", "sshuttle", "autossh", "mosh", "rdesktop", "xfreerdp", "vncviewer":
		return 118
	case "ftp", "lftp", "tftp", "ncftp":
		return 119
	case "mail", "mailx", "mutt", "sendmail", "swaks", "msmtp", "ssmtp", "s-nail":
		return 120
	case "http", "https", "xh", "xhs", "httpie":
		return 121
	case "hurl", "grpcurl", "websocat", "wscat", "ab", "wrk", "hey", "vegeta", "k6", "bombardier":
		return 122
	case "aria2c", "axel", "youtube-dl", "yt-dlp", "gallery-dl", "httrack", "lynx", "w3m", "links", "elinks":
		return 123
	case "rclone", "s3cmd", "mc", "s5cmd", "b2", "azcopy", "gdrive", "dropbox_uploader", "transfer", "croc", "wormhole", "magic-wormhole", "ipfs", "syncthing", "unison", "duplicity", "restic", "borg", "rdiff-backup":
		return 124
	case "logger":
		return 125
	case "ntpdate", "chronyc", "ntpq":
		return 126
	case "gofmt", "gofumpt", "goimports", "gci", "golines":
		return 127
	case "task":
		return 128
	case "gopls", "staticcheck", "govulncheck", "errcheck", "ineffassign", "misspell", "revive", "gosec", "deadcode", "benchstat", "gocyclo", "mockgen", "stringer", "wire", "sqlc", "buf", "protoc", "protoc-gen-go", "ko", "goreleaser", "ent", "swag", "templ":
		return 129
	case "gotestsum", "ginkgo", "air", "dlv":
		return 130
	case "golangci-lint run", "golangci-lint fmt":
		return 131
	case "golangci-lint":
		return 132
	case "gradle", "gradlew":
		return 133
	case "mvn", "mvnw":
		return 134
	case "cmake":
		return 135
	case "bazel", "bazelisk":
		return 136
	case "latexmk", "pdflatex", "xelatex", "lualatex", "latex", "tectonic", "context":
		return 137
	case "make", "gmake", "bmake", "ninja", "rake", "mage", "scons", "waf", "meson", "ctest", "buck", "buck2", "pants", "please", "plz", "tup", "redo", "nmake", "msbuild", "xcodebuild", "swift", "xcrun", "ant", "sbt", "mill", "lein", "clojure", "clj", "boot", "ivy", "stack", "cabal", "ghc", "dune", "opam-exec", "rebar3", "mix", "elixir", "erl", "iex", "zig", "nim", "nimble", "crystal", "shards", "dart", "flutter", "pub", "ballerina", "v", "odin", "tox", "nox", "pytest", "py.test", "unittest", "nose2", "nosetests", "behave", "robot", "locust", "coverage", "jest", "vitest", "mocha", "ava", "tap", "cypress", "playwright", "karma", "jasmine", "nightwatch", "wdio", "storybook", "rspec", "cucumber", "minitest", "phpunit", "pest", "artisan", "rails", "bin/rails", "django-admin", "flask", "uvicorn", "gunicorn", "hypercorn", "streamlit", "jupyter", "ipython", "celery", "alembic", "webpack", "rollup", "vite", "esbuild", "parcel", "tsup", "turbo", "nx", "lerna", "rush", "next", "nuxt", "astro", "gatsby", "remix", "svelte-kit", "ng", "vue-cli-service", "react-scripts", "expo", "eas", "electron", "electron-builder", "grunt", "gulp", "nodemon", "ts-node", "tsx", "ts-node-dev", "swc-node", "concurrently", "pre-commit", "lefthook", "husky", "lint-staged", "act", "earthly", "dagger", "skaffold", "tilt", "garden", "serverless", "sls", "sam", "cdk", "pulumi", "ansible-playbook", "ansible", "packer", "vagrant", "chef-client", "puppet", "salt", "molecule", "cue", "eslint", "stylelint", "commitlint", "tslint", "xo", "knip", "depcheck", "madge", "changeset", "semantic-release", "release-it", "typedoc", "nyc", "c8", "hugo", "jekyll", "mkdocs", "sphinx-build", "doxygen", "asciidoctor", "docusaurus":
		return 138
	case "tsc", "mypy", "pyright", "flake8", "pylint", "bandit", "vulture", "pydocstyle", "shellcheck", "hadolint", "yamllint", "markdownlint", "actionlint", "jsonlint", "proselint", "vale", "codespell", "cspell", "cppcheck", "clang-tidy", "cpplint", "checkstyle", "pmd", "ktlint", "detekt", "swiftlint", "phpstan", "psalm", "sqlfluff", "tflint", "checkov", "trivy", "grype", "syft", "semgrep", "gitleaks", "trufflehog", "detect-secrets", "snyk", "dockle", "kube-linter", "kubeval", "conftest", "opa", "spectral", "license-checker", "dprint-check", "typos":
		return 139
	case "ruff":
		return 140
	case "ruff check", "ruff format":
		return 141
	case "black", "isort", "autopep8", "yapf", "prettier", "biome", "dprint", "rustfmt", "clang-format", "shfmt", "taplo", "stylua", "rubocop", "standardrb", "php-cs-fixer", "phpcbf", "swiftformat", "google-java-format", "ormolu", "elm-format", "nixfmt", "alejandra", "buildifier", "mdformat", "autoflake", "pyupgrade", "add-trailing-comma", "djlint", "standard", "oxlint":
		return 142
	case "gcc", "g++", "cc", "c++", "clang", "clang++", "tcc", "icc", "emcc", "nvcc", "gfortran", "ld", "lld", "mold", "as", "nasm", "rustc", "javac", "kotlinc", "scalac", "dmd", "ldc2", "swiftc", "ocamlopt", "fpc", "gnatmake":
		return 143
	case "java", "kotlin", "scala":
		return 144
	case "mono", "wine":
		return 145
	case "expect":
		return 146
	case "gdb", "lldb", "perf", "valgrind", "rr", "bpftrace", "dtrace", "dtruss", "frida":
		return 147
	case "rustup", "nvm", "fnm", "n", "volta", "pyenv", "rbenv", "nodenv", "jenv", "sdk", "asdf", "corepack", "opam", "ghcup", "juliaup", "tfenv", "gvm", "conda-init":
		return 148
	case "direnv", "dotenv", "dotenvx", "devbox", "nix-env", "nixos-rebuild", "home-manager", "guix", "chezmoi", "stow", "yadm":
		return 149
	case "git-lfs", "tig", "lazygit", "gitk", "git-town", "gt", "sl", "jj", "hg", "svn", "bzr", "fossil", "p4", "repo", "gerrit", "git-review", "graphite", "sapling", "spr", "ghstack":
		return 150
	case "doctl":
		return 151
	case "linode-cli":
		return 152
	case "hcloud":
		return 153
	case "heroku":
		return 154
	case "fly", "flyctl":
		return 155
	case "vercel":
		return 156
	case "netlify":
		return 157
	case "railway":
		return 158
	case "render":
		return 159
	case "wrangler":
		return 160
	case "firebase":
		return 161
	case "supabase":
		return 162
	case "pscale", "planetscale":
		return 163
	case "neonctl":
		return 164
	case "turso":
		return 165
	case "stripe":
		return 166
	case "twilio":
		return 167
	case "sendgrid":
		return 168
	case "slack":
		return 169
	case "sentry-cli":
		return 170
	case "circleci":
		return 171
	case "datadog-ci":
		return 172
	case "contentful":
		return 173
	case "sanity":
		return 174
	case "hub":
		return 175
	case "vultr-cli", "scw", "ibmcloud", "oci", "aliyun", "tccli", "amplify", "eb", "ecs-cli", "eksctl", "copilot", "cf", "oc", "rosa", "kops", "kubeadm", "minikube", "kind", "k3d", "k3s", "k9s", "kubectx", "kubens", "stern", "kustomize", "istioctl", "linkerd", "argocd", "argo", "flux", "velero", "crictl", "ctr", "buildah", "skopeo", "crane", "cosign", "oras", "consul", "nomad", "boundary", "waypoint", "etcdctl", "confluent", "kcat", "kafka-topics", "kafka-console-producer", "kafka-console-consumer", "rabbitmqctl", "nats", "newrelic", "buildkite-agent", "jenkins-cli", "travis", "jira", "linear", "notion-cli", "shopify", "wp", "drush":
		return 176
	case "aws-google-auth", "saml2aws", "awsume", "aws-sso", "granted", "assume", "okta-awscli", "gimme-aws-creds", "kinit", "klist", "kdestroy", "krb5-auth", "aws-iam-authenticator", "gke-gcloud-auth-plugin", "oidc-agent", "step", "teleport", "tsh", "cloudflared-access":
		return 177
	case "claude":
		return 178
	case "codex":
		return 179
	case "gemini":
		return 180
	case "huggingface-cli", "hf":
		return 181
	case "kaggle":
		return 182
	case "wandb":
		return 183
	case "pgbench", "pg_ctl", "pg_ctlcluster", "initdb", "mysqladmin", "mysqld", "mongod", "redis-server", "influx", "influxdb", "cypher-shell", "neo4j-admin", "arangosh", "couchdb", "dgraph", "surreal", "ksql", "beeline", "hive", "impala-shell", "spark-sql", "spark-submit", "hdfs", "hadoop", "sqoop", "flink", "dbt", "airflow", "prefect", "dagster", "great_expectations", "dvc", "mlflow", "ollama", "llm", "cursor-agent", "aider", "opencode", "goose", "amp", "q":
		return 184
	case "nice":
		return 185
	case "ionice":
		return 186
	case "chrt":
		return 187
	case "taskset", "gosu", "su-exec", "aws-runas":
		return 188
	case "timeout":
		return 189
	case "gtimeout":
		return 190
	case "time", "gtime":
		return 191
	case "nohup", "setsid", "unbuffer", "capsh", "entr", "firejail", "dbus-run-session", "arch", "rosetta", "linux32", "linux64", "busybox", "toybox", "rtk", "winpty", "chronic", "with-contenv", "softlimit", "cross-env":
		return 192
	case "stdbuf":
		return 193
	case "strace":
		return 194
	case "ltrace":
		return 195
	case "caffeinate":
		return 196
	case "systemd-run":
		return 197
	case "systemd-inhibit":
		return 198
	case "chroot":
		return 199
	case "unshare":
		return 200
	case "nsenter":
		return 201
	case "setpriv":
		return 202
	case "flock":
		return 203
	case "script":
		return 204
	case "faketime":
		return 205
	case "proot":
		return 206
	case "fakeroot":
		return 207
	case "bwrap":
		return 208
	case "xvfb-run":
		return 209
	case "dumb-init":
		return 210
	case "tini":
		return 211
	case "hyperfine":
		return 212
	case "sem":
		return 213
	case "retry":
		return 214
	case "cpulimit":
		return 215
	case "prlimit":
		return 216
	case "sshpass":
		return 217
	case "dotenv-run":
		return 218
	case "env-cmd":
		return 219
	}
	return -1
}

// lineCount is how many lines there are.
const lineCount = 220
