package analyze

// programs are the functions of the programs that need one. Those without a
// line in a table get an empty spec by their name.
func programs() map[string]func(c *cmd, sp *spec, args []word) {
	m := map[string]func(c *cmd, sp *spec, args []word){
		"cd": runCd, "pushd": runCd, "popd": runCd, "chdir": runCd, "echo": runEcho, "printf": runPrintf, "pwd": runPwd, "exit": runExit, "return": runExit, "logout": runExit,
		"test": runTest, "[": runTest, "read": runRead, "mapfile": runRead, "readarray": runRead, "eval": runEval, "source": runSource, ".": runSource, "exec": runExec,
		"command": runCommand, "builtin": runCommand, "noglob": runCommand, "nocorrect": runCommand, "then": runCommand, "set": runSet, "shift": runShift, "unset": runUnset, "alias": runAlias,
		"trap": runTrap, "export": runExport, "declare": runExport, "typeset": runExport, "local": runExport, "readonly": runExport, "which": runLookup, "type": runLookup, "hash": runHash, "fc": runHistory, "history": runHistory, "jobs": runCallback, "enable": runCallback, "bind": runCallback, "complete": runCallback, "compgen": runCallback, "zmodload": runCallback, "whence": runLookup,
		"watch": runWatch, "tmux": runMultiplexer, "screen": runMultiplexer, "byobu": runMultiplexer, "zellij": runMultiplexer, "gdb": runDebugger, "lldb": runDebugger, "expect": runDebugger,
		"http": runHTTPie, "https": runHTTPie, "xh": runHTTPie, "xhs": runHTTPie, "httpie": runHTTPie,
		"printenv": runPrintenv, "env": runEnv,
		"sudo": runSudo, "doas": runSudo, "sudoedit": runSudo, "run0": runSudo, "pkexec": runSudo, "su": runSu, "runuser": runSu,
		"xargs": runXargs, "gxargs": runXargs, "parallel": runXargs, "find": runFind, "gfind": runFind, "fd": runFd, "fdfind": runFd,
		"grep": runGrep, "egrep": runGrep, "fgrep": runGrep, "zgrep": runGrep, "ggrep": runGrep, "ugrep": runGrep, "rg": runGrep, "ag": runGrep, "ack": runGrep,
		"ls": runList, "exa": runList, "eza": runList, "lsd": runList, "sed": runSed, "gsed": runSed, "ssed": runSed, "awk": runAwk, "gawk": runAwk, "mawk": runAwk, "nawk": runAwk,
		"jq": runJq, "yq": runJq, "gojq": runJq, "jaq": runJq, "tar": runTar, "gtar": runTar, "bsdtar": runTar, "dd": runDd, "gdd": runDd, "ln": runLn, "gln": runLn, "mktemp": runMktemp,
		"basename": runPathText, "dirname": runPathText, "realpath": runPathText, "readlink": runPathText, "unzip": runUnzip,
		"chmod": runChmod, "gchmod": runChmod, "vim": runEditor, "vi": runEditor, "nvim": runEditor, "ex": runEditor, "less": runEditor, "more": runEditor, "view": runEditor, "rview": runEditor, "rvim": runEditor, "gvim": runEditor, "gview": runEditor, "vimdiff": runEditor, "gvimdiff": runEditor, "ed": runEditor, "red": runEditor,
		"zip": runZip, "getent": runGetent, "resolvectl": runGetent, "ip": runIP, "route": runAddress, "ifconfig": runAddress, "arp": runAddress, "ps": runPs, "date": runDate, "gdate": runDate, "envsubst": runEnvsubst, "journalctl": runJournal, "dmesg": runJournal, "dc": runDc, "numactl": runNumactl, "openssl": runOpenssl, "open": runOpen, "xdg-open": runOpen, "systemctl": runSystemctl, "dpkg": runPackageFile, "rpm": runPackageFile, "nix": runNix, "nix-shell": runNix, "nix-build": runNix,
		"mount": runMount, "sshfs": runMount, "mount.nfs": runMount, "mount_smbfs": runMount, "curlftpfs": runMount, "pwsh": runPowerShell, "powershell": runPowerShell,
		"gzip": runGzip, "gunzip": runGzip, "bzip2": runGzip, "bunzip2": runGzip, "xz": runGzip, "unxz": runGzip, "zstd": runGzip, "unzstd": runGzip, "lz4": runGzip, "compress": runGzip, "uncompress": runGzip, "pigz": runGzip,
		"git": runGit, "gh": runForge, "glab": runForge,
		"curl": runCurl, "wget": runWget, "ssh": runSSH, "scp": runCopy, "rsync": runCopy, "sftp": runCopy, "nc": runNetcat, "ncat": runNetcat, "netcat": runNetcat, "telnet": runNetcat, "socat": runSocat,
		"python": runPython, "python2": runPython, "python3": runPython, "pypy": runPython, "pypy3": runPython, "node": runNode, "nodejs": runNode, "deno": runDeno, "ruby": runNode, "perl": runNode,
		"php": runNode, "lua": runNode, "luajit": runNode, "Rscript": runNode, "R": runNode, "osascript": runNode,
		"go": runGo, "make": runMake, "gmake": runMake, "just": runMake, "npx": runNpx, "bunx": runNpx, "uvx": runNpx, "pnpx": runNpx, "mise": runMise, "rtx": runMise,
		"aws": runAWS, "gcloud": runGcloud, "gsutil": runGsutil, "az": runAz, "kubectl": runKubectl, "oc": runKubectl, "helm": runHelm, "terraform": runTerraform, "tofu": runTerraform, "terragrunt": runTerraform, "vault": runVault, "bao": runVault,
		"docker": runDocker, "podman": runDocker, "nerdctl": runDocker, "docker-compose": runDocker,
		"gpg": runGPG, "gpg2": runGPG, "redis-cli": runRedis, "valkey-cli": runRedis,
		"kubectx": runKubectx, "dig": runResolve, "host": runResolve, "nslookup": runResolve, "drill": runResolve, "kdig": runResolve, "delv": runResolve, "whois": runResolve, "crontab": runCrontab, "at": runAt, "batch": runAt, "base64": runDecode, "xxd": runDecode,
	}
	for _, n := range [...]string{":", "true", "false", "wait", "fg", "bg", "disown", "umask", "break", "continue", "shopt", "times", "dirs", "let", "getopts", "compopt", "setopt", "unsetopt", "autoload", "unalias", "sleep", "rehash", "emulate"} {
		m[n] = (*cmd).inert
	}
	for _, n := range [...]string{"sh", "bash", "zsh", "dash", "ksh", "mksh", "ash", "rbash", "fish", "tcsh", "csh", "elvish", "xonsh", "nu"} {
		m[n] = runShell
	}
	for _, n := range [...]string{"security", "pass", "gopass", "op", "bw", "lpass", "doppler", "infisical", "chamber", "aws-vault", "berglas", "sops", "ansible-vault", "keyring", "secret-tool", "credstash", "age", "kwallet-query", "envchain", "teller"} {
		m[n] = runSecretStore
	}
	for n := range managers() {
		m[n] = runManager
	}
	for n := range sameManager() {
		m[n] = runManager
	}
	for n := range dbClients() {
		m[n] = runDatabase
	}
	for n := range sameClient() {
		m[n] = runDatabase
	}
	for _, n := range [...]string{"pg_dump", "pg_dumpall", "mysqldump", "mariadb-dump", "mongodump", "mongoexport", "pg_restore", "mongorestore", "mongoimport", "mysqlimport", "createdb", "dropdb", "createuser", "dropuser"} {
		m[n] = runDump
	}
	return m
}
