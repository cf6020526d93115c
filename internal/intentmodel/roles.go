package intentmodel

import (
	"slices"
	"strings"
)

// A role is how a program treats the words it is given, a bit each.
type role uint32

const (
	roleSudo    role = 1 << iota // runs the rest with another user's rights
	roleWrap                     // runs the rest as it is
	roleShell                    // a shell
	roleRemote                   // gives its text to a shell, here or elsewhere
	roleProgram                  // runs its text as a language of its own
	roleFetch                    // fetches
	roleDecode                   // decodes
	roleSend                     // sends a file that is named "@file"
	roleText                     // passes its text on, to a file most often
	roleSource                   // runs a file in the shell itself
	roleBuiltin                  // built into the shell: no effect names it
	roleLoop                     // does something many times
	roleFilter                   // a language of filters: reads what it is given, does not run it
	roleCall                     // a function of some language that runs its text as a command
	roleRemove                   // removes what it is given
	roleEval                     // runs its words as a command
	roleTurn                     // turns a text into another, letter by letter
	roleKeys                     // is given a key to use, not to show
)

// roleWords lists programs by their role. A program may have several.
var roleWords = map[role]string{
	roleSudo:    "sudo doas",
	roleWrap:    "env nohup time xargs exec command builtin nice timeout watch then do else elif if while until ! setsid stdbuf ionice busybox gtimeout",
	roleShell:   "sh bash zsh dash ksh ash fish csh tcsh",
	roleRemote:  "ssh su eval kubectl docker podman runuser chroot nsenter sshpass watch trap systemd-run at ansible salt pssh pdsh clush parallel-ssh nerdctl lxc oc",
	roleProgram: "python python3 python2 perl ruby node php lua deno bun osascript swift pwsh powershell tclsh r julia gawk awk",
	roleFetch:   "curl wget fetch aria2c lwp-download nscurl nc ncat netcat telnet socat",
	roleDecode:  "base64 base32 xxd uudecode b64decode basenc",
	roleSend:    "curl http https xh wget",
	roleText:    "echo printf",
	roleSource:  "source .",
	roleBuiltin: "echo printf unset export set trap eval alias ulimit umask history shopt enable source .",
	roleLoop:    "for while xargs until",
	roleFilter:  "awk gawk",
	roleRemove:  "rm",
	roleEval:    "eval",
	roleTurn:    "rev tr",
	roleKeys:    "ssh ssh-add scp sftp ssh-keygen ssh-copy-id mosh",
	roleCall:    "system popen Popen run call check_output check_call getoutput exec execSync spawn shell_exec passthru Command execute write",
}

type roleSlot struct {
	hash uint64
	role role
}

const roleSlots = 512 // for some 110 words

// roles finds the role of a word by its hash.
var roles = func() (t [roleSlots]roleSlot) {
	for r, words := range roleWords {
		for w := range strings.FieldsSeq(words) {
			h := hash(w)
			i := h >> 32 % roleSlots
			for t[i].hash != 0 && t[i].hash != h {
				i = (i + 1) % roleSlots
			}
			t[i].hash = h
			t[i].role |= r
		}
	}
	return t
}()

func roleOf(h uint64) role {
	for i := h >> 32 % roleSlots; roles[i].hash != 0; i = (i + 1) % roleSlots {
		if roles[i].hash == h {
			return roles[i].role
		}
	}
	return 0
}

func among(list []uint64, h uint64) bool {
	return slices.Contains(list, h)
}
