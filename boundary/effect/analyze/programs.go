package analyze

// runOf returns the function of a program that needs one, nil of others. Those
// without a line in a table get an empty spec by their name.
func runOf(name string) func(c *cmd, sp spec, args []word) {
	switch name {
	case "cd", "pushd", "popd", "chdir":
		return runCd
	case "echo":
		return runEcho
	case "printf":
		return runPrintf
	case "pwd":
		return runPwd
	case "exit", "return", "logout":
		return runExit
	case "test", "[":
		return runTest
	case "read", "mapfile", "readarray":
		return runRead
	case "eval":
		return runEval
	case "source", ".":
		return runSource
	case "exec":
		return runExec
	case "command", "builtin", "noglob", "nocorrect", "then":
		return runCommand
	case "set":
		return runSet
	case "shift":
		return runShift
	case "unset":
		return runUnset
	case "alias":
		return runAlias
	case "trap":
		return runTrap
	case "export", "declare", "typeset", "local", "readonly":
		return runExport
	case "which", "type", "whence":
		return runLookup
	case "hash":
		return runHash
	case "fc", "history":
		return runHistory
	case "jobs", "enable", "bind", "complete", "compgen", "zmodload":
		return runCallback
	case "watch":
		return runWatch
	case "tmux", "screen", "byobu", "zellij":
		return runMultiplexer
	case "gdb", "lldb", "expect":
		return runDebugger
	case "http", "https", "xh", "xhs", "httpie":
		return runHTTPie
	case "printenv":
		return runPrintenv
	case "env":
		return runEnv
	case "sudo", "doas", "sudoedit", "run0", "pkexec":
		return runSudo
	case "su", "runuser":
		return runSu
	case "xargs", "gxargs", "parallel":
		return runXargs
	case "find", "gfind":
		return runFind
	case "fd", "fdfind":
		return runFd
	case "grep", "egrep", "fgrep", "zgrep", "ggrep", "ugrep", "rg", "ag", "ack":
		return runGrep
	case "ls", "exa", "eza", "lsd":
		return runList
	case "sed", "gsed", "ssed":
		return runSed
	case "awk", "gawk", "mawk", "nawk":
		return runAwk
	case "jq", "yq", "gojq", "jaq":
		return runJq
	case "tar", "gtar", "bsdtar":
		return runTar
	case "dd", "gdd":
		return runDd
	case "ln", "gln":
		return runLn
	case "mktemp":
		return runMktemp
	case "basename", "dirname", "realpath", "readlink":
		return runPathText
	case "unzip":
		return runUnzip
	case "chmod", "gchmod":
		return runChmod
	case "vim", "vi", "nvim", "ex", "less", "more", "view", "rview", "rvim", "gvim", "gview", "vimdiff", "gvimdiff", "ed", "red":
		return runEditor
	case "zip":
		return runZip
	case "getent", "resolvectl":
		return runGetent
	case "ip":
		return runIP
	case "route", "ifconfig", "arp":
		return runAddress
	case "ps":
		return runPs
	case "date", "gdate":
		return runDate
	case "envsubst":
		return runEnvsubst
	case "journalctl", "dmesg":
		return runJournal
	case "dc":
		return runDc
	case "numactl":
		return runNumactl
	case "openssl":
		return runOpenssl
	case "open", "xdg-open":
		return runOpen
	case "systemctl":
		return runSystemctl
	case "dpkg", "rpm":
		return runPackageFile
	case "nix", "nix-shell", "nix-build":
		return runNix
	case "mount", "sshfs", "mount.nfs", "mount_smbfs", "curlftpfs":
		return runMount
	case "pwsh", "powershell":
		return runPowerShell
	case "gzip", "gunzip", "bzip2", "bunzip2", "xz", "unxz", "zstd", "unzstd", "lz4", "compress", "uncompress", "pigz":
		return runGzip
	case "git":
		return runGit
	case "gh", "glab":
		return runForge
	case "curl":
		return runCurl
	case "wget":
		return runWget
	case "ssh":
		return runSSH
	case "scp", "rsync", "sftp":
		return runCopy
	case "nc", "ncat", "netcat", "telnet":
		return runNetcat
	case "socat":
		return runSocat
	case "python", "python2", "python3", "pypy", "pypy3":
		return runPython
	case "node", "nodejs", "ruby", "perl", "php", "lua", "luajit", "Rscript", "R", "osascript":
		return runNode
	case "deno":
		return runDeno
	case "go":
		return runGo
	case "make", "gmake", "just":
		return runMake
	case "npx", "bunx", "uvx", "pnpx":
		return runNpx
	case "mise", "rtx":
		return runMise
	case "aws":
		return runAWS
	case "gcloud":
		return runGcloud
	case "gsutil":
		return runGsutil
	case "az":
		return runAz
	case "kubectl", "oc":
		return runKubectl
	case "helm":
		return runHelm
	case "terraform", "tofu", "terragrunt":
		return runTerraform
	case "vault", "bao":
		return runVault
	case "docker", "podman", "nerdctl", "docker-compose":
		return runDocker
	case "gpg", "gpg2":
		return runGPG
	case "redis-cli", "valkey-cli":
		return runRedis
	case "kubectx":
		return runKubectx
	case "dig", "host", "nslookup", "drill", "kdig", "delv", "whois":
		return runResolve
	case "crontab":
		return runCrontab
	case "at", "batch":
		return runAt
	case "base64", "xxd":
		return runDecode
	case ":", "true", "false", "wait", "fg", "bg", "disown", "umask", "break", "continue", "shopt", "times", "dirs", "let", "getopts", "compopt", "setopt", "unsetopt", "autoload",
		"unalias", "sleep", "rehash", "emulate":
		return (*cmd).inert
	case "sh", "bash", "zsh", "dash", "ksh", "mksh", "ash", "rbash", "fish", "tcsh", "csh", "elvish", "xonsh", "nu":
		return runShell
	case "security", "pass", "gopass", "op", "bw", "lpass", "doppler", "infisical", "chamber", "aws-vault", "berglas", "sops", "ansible-vault", "keyring", "secret-tool", "credstash",
		"age", "kwallet-query", "envchain", "teller":
		return runSecretStore
	case "pg_dump", "pg_dumpall", "mysqldump", "mariadb-dump", "mongodump", "mongoexport", "pg_restore", "mongorestore", "mongoimport", "mysqlimport", "createdb", "dropdb", "createuser",
		"dropuser":
		return runDump
	}
	if _, ok := managerOf(sameManager(name)); ok {
		return runManager
	}
	if _, ok := dbClientOf(sameClient(name)); ok {
		return runDatabase
	}
	return nil
}
