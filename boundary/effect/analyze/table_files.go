package analyze

// The tables describe programs, one line each; [tables] says how to read
// them. A program that is not listed is a Command of access Exec, whose
// arguments are looked at for what they resemble.

const tableFiles = `
# read files, write what they read
cat,tac,ccat,zcat,bzcat,xzcat,zstdcat,gzcat | r* | | pass
bat,batcat | r* | pager=s l=. language=. r=. line-range=. style=. theme=. | pass
head,tail,ghead,gtail | r* | n=. c=. lines=. bytes=. pid=. s=. sleep-interval=. | pass
less,more,most,zless,zmore | r* | k=l lesskey-file=l lesskey-src=l lesskey-content=l o=w O=w log-file=w | pass
nl,rev,fold,fmt,pr,expand,unexpand,paste,comm,join,colrm,look,tsort,strings,od,hexdump,hd,file,cksum,sum | r* | n=. w=. s=. d=. t=. N=. j=. A=. m=r f=r files-from=r | any
wc | r* | files0-from=r | token
md5sum,sha1sum,sha224sum,sha256sum,sha384sum,sha512sum,b2sum,shasum,md5,sha256,xxhsum | r* | a=. algorithm=. s=. | any
sort | r* | o=w output=w k=. t=. S=. T=W temporary-directory=W parallel=. compress-program=s files0-from=r batch-size=. key=. field-separator=. buffer-size=. random-source=r | pass
uniq | rw | f=. s=. w=. skip-fields=. skip-chars=. check-chars=. group=. | pass
cut | r* | d=. f=. c=. b=. delimiter=. fields=. output-delimiter=. | any
tr,yes,numfmt,expr,cal,ncal,rot13 | .* | | any
units | .* | f=r file=r H=w history=w L=. | any
seq,jot,factor | .* | | token
bc | r* | e=. expression=. f=r file=r | any
dc | x* | e=. expression=. f=x file=x | any
shuf | r* | o=w output=w n=. i=. e=. random-source=r | pass
tee | w* | | pass
sponge | w* | | quiet
grep,egrep,fgrep,zgrep,bzgrep,xzgrep,ugrep,ggrep | r* | e=. f=r file=r regexp=. A=. B=. C=. m=. d=. D=. max-count=. after-context=. before-context=. context=. include=. exclude=. exclude-from=r exclude-dir=. color=. label=. binary-files=. directories=. devices=. |
rg,ag,ack | r* | e=. f=r file=r regexp=. A=. B=. C=. m=. g=. t=. T=. j=. M=. E=. r=. d=. max-count=. after-context=. before-context=. context=. glob=. iglob=. type=. type-not=. type-add=. pre=s pre-glob=. hostname-bin=s ignore-file=r max-depth=. sort=. sortr=. replace=. threads=. color=. colors=. encoding=. engine=. path-separator=. output=w pager=s ignore=. ignore-dir=. depth=. | tree
bsdiff,bspatch | rrw | | 
delta | r* | pager=s config=x | any
diff,cmp,sdiff,colordiff,diff3,zdiff,difft | r* | r^ recursive^ o=w output=w exclude-from=r X=r from-file=r to-file=r U=. C=. I=. x=. L=. label=. W=. to-s=. F=. horizon-lines=. n=. |
ls,ll,la,dir,vdir,exa,eza,lsd,gls | r* | I=. w=. T=. R^ recursive^ ignore=. hide=. color=. sort=. time=. format=. time-style=. level=. L=. block-size=. | cwd names
tree | r* | L=. P=. I=. o=w fromfile=r filelimit=. charset=. noreport=. | cwd tree
stat,du,df,readlink,realpath,namei,lsattr,getfacl,mountpoint,pathchk,findmnt,dust,ncdu,duf | r* | c=. f=. t=. d=. B=. exclude=. format=. printf=. max-depth=. X=r exclude-from=r files0-from=r relative-to=r relative-base=r s=. | any
basename,dirname | .* | s=. suffix=. | token
xxd | rw | l=. c=. s=. o=. g=. n=. | any
base64,base32,basenc | r* | w=. wrap=. i=r o=w b=. | any
tidy | r* | m+ modify+ o=w output=w output-file=w f=w file=w config=r | any
mlr | .* | I+ from=r o=. mfrom=r load=r mload=r prepipe=s prepipex=s | exec any
fx | .* | | exec any
glow,mdcat | ?* | s=. w=. | any
hexyl,jless,xsv,csvlook,csvcut,csvstat,qsv,xmllint,hxselect,pup,htmlq,gron,cloc,tokei,scc,loc,wordcount | r* | o=w output=w | any
pandoc | r* | o=w output=w t=. f=. from=. to=. template=r filter=s F=s lua-filter=x L=x defaults=r d=r css=. include-in-header=r metadata=. M=. V=. variable=. pdf-engine=s data-dir=r extract-media=W | any
# write, move, remove
touch | w* | r=r reference=r d=. t=. date=. time=. |
mkdir,mkfifo | w* | m=. mode=. Z=. context=. |
mknod | w.* | m=. mode=. Z=. |
truncate | w* | s=. size=. r=r reference=r |
cp,gcp | r* >w | r^ R^ a^ recursive^ archive^ t=W target-directory=W S=. suffix=. backup=. sparse=. reflink=. no-preserve=. |
install,ginstall | r* >w | t=W target-directory=W m=. o=. g=. mode=. owner=. group=. S=. suffix=. strip-program=s |
mv,gmv,rename | m* >w | t=W target-directory=W S=. suffix=. backup=. |
rm,grm,srm | d* | r^ R^ recursive^ interactive=. |
rmdir,unlink,trash,trash-put,gio-trash | d* | |
shred,wipe | d* | n=. s=. iterations=. size=. random-source=r |
link | rw | |
split,csplit | rw | b=. l=. n=. a=. C=. bytes=. lines=. number=. filter=s additional-suffix=. f=w prefix=w suffix-format=. k=. |
chmod,gchmod | .g* | R^ recursive^ reference=r |
chown,chgrp,gchown | .g* | R^ recursive^ reference=r from=. |
setfacl | g* | R^ recursive^ m=. x=. M=r X=r restore=r set=. set-file=r modify=. remove=. |
chattr,setcap,chflags,xattr,setfattr,restorecon,chcon | .g* | R^ n=. v=. p=. w=. d=. t=. u=. r=. |
dos2unix,unix2dos,fromdos,todos | w* | | 
iconv | r* | f=. t=. o=w output=w from-code=. to-code=. | any
patch | W* | i=r input=r o=w output=w p=. strip=. d=n directory=n r=w reject-file=w B=. z=. F=. | cwd
nano,vim,vi,nvim,emacs,pico,micro,ed,ex,joe,helix,hx,kak,gedit,kate,code,subl,cursor,zed,idea,goland | w* | c=l cmd=l S=x u=x eval=i e=i l=l load=x script=x w=w | exec
view,rview,gview | r* | c=l cmd=l S=x u=x s=x w=w |
vimdiff,gvimdiff,rvim,gvim,evim,red | w* | c=l cmd=l S=x u=x s=x w=w | exec
start,explorer | ?* | a=. | exec
zip | ?* | x=. i=. O=w out=w output-file=w unzip-command=s b=W temp-path=W |  exec
7z,7za,7zz,rar,unrar,ar,cpio,lha | ?* | d=W o=W F=w | exec
pbcopy,xclip,xsel,wl-copy,clip | .* | i=r o=. selection=. | exec
pbpaste,wl-paste | .* | | exec any
openssl | .* | in=r out=w keyout=w key=r inkey=r cert=r CA=r CAkey=r config=x engine=l provider=l passin=. passout=. subj=. days=. newkey=. connect=h extfile=r CAfile=r signature=r sigfile=r kfile=r rand=r writerand=w | dash exec any
ssh-keygen | .* | f=w t=. b=. C=. N=. P=. m=. I=. s=r D=l R=. F=. w=l O=. Y=. | exec
ssh-add | .* | t=. s=l e=. T=r | exec any
ssh-agent | c* | t=. a=w E=. P=. O=. | exec any stop
dasel,tomlq | .* | i+ in-place+ f=r file=r o=w out=w | exec any
ssh-copy-id | h* | i=r p=. o=. F=r | exec
ssh-keyscan | h* | p=. t=. f=r T=. | any
sqlite3_analyzer | r* | |
convert,magick,identify,mogrify,ffmpeg,ffprobe,sox,exiftool,pdftotext,pdftoppm,qpdf,gs,inkscape,rsvg-convert,optipng,jpegoptim,cwebp,dot,plantuml,mmdc,d2 | ?* | i=r o=w f=. c=. vf=. af=. map=. | dash exec any
`

const tableText = `
sed,gsed,ssed | r* | e=. f=x expression=. file=x i+ I+ in-place+ l=. line-length=. |
jq,yq,gojq,jaq | .* | |
awk,gawk,mawk,nawk | .* | |
envsubst,gettext,ngettext | .* | | any
column | r* | s=. o=. N=. R=. | any
man | .* | P=s pager=s H=s html=s C=r config-file=r M=r manpath=r l=r T=. S=. s=. | any
figlet,toilet,banner,boxes | .* | f=r d=r | any
lolcat | r* | | any
cowsay,cowthink | .* | f=l e=. T=. W=. | any
clear,reset,tput,stty,tty,true,false,logname,users,who,whoami,w,id,groups,uptime,hostid,nproc,uname,getconf,locale,lscpu,lsblk,lsusb,lspci,lsmod,lshw,free,vmstat,iostat,mpstat,sensors,acpi,sw_vers,system_profiler,ioreg,lastlog,finger,getcap,sleep,usleep,lsof,pstree,pgrep,pidof,pidstat,top,htop,btop,atop,pmap,c++filt,apropos,whatis,tldr,cheat,locate,mlocate,plocate,mdfind,whereis,ipcs,ulimit,netstat,ss,iwconfig,xdpyinfo,xrandr,xwininfo,xprop,lsns,lslocks,lslogins,vm_stat | .* | d=. f=. file=. s=. p=. u=. n=. c=. t=. o=. | token
ldd | x* | | any
nm,objdump,readelf,otool,size,addr2line,dwarfdump | r* | e=r exe=r b=. target=. j=. section=. m=. M=. C=. D=. t=. radix=. plugin=l dwo-name=. debug-dir=. start-address=. stop-address=. | any
dmesg | .* | F=r file=r K=r kmsg-file=r l=. level=. f=. facility=. time-format=. since=. until=. | any
last,lastb | .* | f=r file=r n=. s=. t=. p=. | any
sar | .* | f=r o=w n=. s=. e=. i=. P=. | any
info | .* | f=r file=r o=w output=w d=. n=. init-file=x restore=r dribble=w | any
dmidecode | .* | dump-bin=w from-dump=r d=r dev-mem=r s=. t=. string=. type=. | any
nvidia-smi | .* | f=w filename=w i=. q= d=. l=. query-gpu=. format=. | any
hostname | .* | F=r file=r | token
ps | .* | p=. u=. U=. C=. g=. G=. t=. o=. O=. q=. ppid=. sort=. format=. | token
getent,resolvectl,ip,route,ifconfig,arp | .* | | any
hostnamectl,timedatectl,loginctl,networksetup,scutil,rfkill,csrutil,spctl,pmset,pacmd,amixer,wmctrl | .* | | exec any
date,gdate | .* | f=r file=r r=r reference=r d=. date=. s=. set=. v=. z=. | token
`

const tableSystem = `
# change the machine
service,launchctl,rc-service,rc-update,update-rc.d,chkconfig,initctl,supervisorctl,pm2,forever,brew-services,svcadm | .* | | exec
useradd,adduser,usermod,userdel,deluser,groupadd,groupdel,groupmod,gpasswd,passwd,chpasswd,chsh,chfn,vipw,visudo,newusers,dscl,dseditgroup,sysadminctl,pw,chage,faillock,pam-auth-update,authconfig,realm | .* | c=. d=. | exec
iptables,ip6tables,iptables-restore,nft,ufw,firewall-cmd,pfctl,ebtables,ipset,tc,ipfw,socketfilterfw | .* | f=r | exec
umount,losetup,cryptsetup,mkfs,mkfs.ext4,mkfs.xfs,mkswap,swapon,swapoff,fdisk,parted,sgdisk,lvcreate,lvremove,vgcreate,pvcreate,wipefs,fsck,tune2fs,resize2fs,hdparm,blkdiscard,diskutil,hdiutil | ?* | o=. t=. | exec
kill,pkill,killall,skill,xkill | .* | s=. n=. u=. | exec
reboot,shutdown,halt,poweroff,init,telinit,wall,write,mesg | .* | | exec
modprobe,insmod,rmmod,depmod,kexec,sysctl,kextload,dkms,update-grub,grub-install,mkinitcpio,dracut,update-initramfs,efibootmgr | ?* | w=. p=r | exec
atq,atrm | .* | | exec
journalctl,log | .* | u=. n=. S=. U=. p=. file=r D=R directory=R output=. | any
tcpdump,tshark,wireshark,dumpcap,ngrep,ettercap,bettercap,tcpflow | .* | i=. w=w r=r c=. F=r z=s Y=. | exec any
auditctl,ausearch,setenforce,aa-disable,aa-complain,apparmor_parser,semanage,setsebool | .* | | exec
history,fc | .* | w=w r=r a=w n=r | any
fzf,sk,peco,gum | .* | preview=s bind=i history=w with-shell=s listen=. | exec any
start-stop-daemon | .* | start stop status test exec=x startas=x x=x a=x pidfile=w p=w chdir=n d=n output=w O=w | exec
daemonize | x* | c=n o=w e=w p=w l=w E=e | exec stop
screen,tmux,byobu,zellij | .* | c=x f=x S=. L=. t=. | exec
watch | .* | n=. interval=. | 
xdotool,ydotool,cliclick,scrot,import,gnome-screenshot,screencapture,maim,grim,ffcast,arecord,parecord | ?* | | exec
gsettings,dconf,defaults,plutil,PlistBuddy,xfconf-query,kwriteconfig5 | ?* | | exec
update-alternatives,alternatives,ldconfig,locale-gen,dpkg-reconfigure,debconf-set-selections | ?* | | exec
hashcat,john,hydra,medusa,ncrack,crackmapexec,netexec,impacket-secretsdump,mimikatz,linpeas.sh,linpeas,responder,msfconsole,msfvenom,sqlmap,gobuster,ffuf,dirb,dirbuster,nikto,wpscan,feroxbuster,wfuzz,aircrack-ng,reaver,beef,evil-winrm,chisel,ligolo,proxychains,proxychains4,tor,torsocks | ?* | u=? o=w w=r L=r P=r url=? wordlist=r output=w | exec any
`

const tableNet = `
ping,ping6,traceroute,traceroute6,tracepath,mtr,arping,fping,hping3 | h* | c=. i=. W=. w=. s=. t=. I=. m=. q=. p=. f=r | any
avahi-resolve,avahi-resolve-host-name | h* | | any
nmap,masscan,zmap,unicornscan,rustscan,arp-scan,nbtscan,enum4linux,smbclient,smbmap,rpcclient,snmpwalk,onesixtyone,ldapsearch,showmount,rpcinfo,snmpset,snmpget,snmptrap | h* | p=. oN=w oX=w oG=w oA=w iL=r script=l o=. e=. T=. D=. S=. U=. L=r N=. H=h b=. x=. w=. c=. v=. z=. s=. a=. rate=. timeout=. | dash exec any
tailscale,wg,wg-quick,openvpn,nmcli,zerotier-cli,cloudflared,ngrok,localtunnel,lt,bore,frpc,frps,ssh-tunnel,sshuttle,autossh,mosh,rdesktop,xfreerdp,vncviewer | ?* | config=r f=r c=r | exec away
ftp,lftp,tftp,ncftp | h* | e=s f=x c=s u=. p=. | exec
mail,mailx,mutt,sendmail,swaks,msmtp,ssmtp,s-nail | .* | s=. a=r A=r c=. b=. r=. t=. f=r to=. from=. server=h attach=r | exec away
http,https,xh,xhs,httpie | .* | o=w output=w download= a=. auth=. | exec any
hurl,grpcurl,websocat,wscat,ab,wrk,hey,vegeta,k6,bombardier | ?* | o=w output=w download= | exec any away
aria2c,axel,youtube-dl,yt-dlp,gallery-dl,httrack,lynx,w3m,links,elinks | ?* | o=w d=W i=r O=w P=W output=w dir=W exec=s | exec any
rclone,s3cmd,mc,s5cmd,b2,azcopy,gdrive,dropbox_uploader,transfer,croc,wormhole,magic-wormhole,ipfs,syncthing,unison,duplicity,restic,borg,rdiff-backup | ?* | config=r files-from=r | exec any away
logger | .* | n=h server=h f=r file=r p=. t=. | exec
ntpdate,chronyc,ntpq | .* | | exec
`

const tableBuild = `
gofmt,gofumpt,goimports,gci,golines | r* | w+ cpuprofile=w r=. local=. | tree
task | p* | t=x taskfile=x d=n dir=n o=. output=. | code
gopls,staticcheck,govulncheck,errcheck,ineffassign,misspell,revive,gosec,deadcode,benchstat,gocyclo,mockgen,stringer,wire,sqlc,buf,protoc,protoc-gen-go,ko,goreleaser,ent,swag,templ | ?* | o=w out=w config=r c=r tool=l vettool=l plugin=l exec=s | exec
gotestsum,ginkgo,air,dlv | p* | exec=s junitfile=w jsonfile=w raw-command= f=. | code
golangci-lint run,golangci-lint fmt | r* | c=r config=r fix+ cpu-profile-path=w mem-profile-path=w trace-path=w out-format=. E=. D=. timeout=. new-from-rev=. e=. enable=. disable=. build-tags=. j=. concurrency=. | exec
golangci-lint | .* | | sub
gradle,gradlew | .* | p=n project-dir=n I=x init-script=x b=x build-file=x c=x settings-file=x g=W gradle-user-home=W | code
mvn,mvnw | .* | f=x file=x s=x settings=x gs=x global-settings=x t=x toolchains=x l=w log-file=w pl=. P=. D=. | code
cmake | p* | P=x S=n B=W C=x E=. G=. D=. install=W build=n toolchain=x preset=. | code
bazel,bazelisk | .* | bazelrc=x | dash code
latexmk,pdflatex,xelatex,lualatex,latex,tectonic,context | p* | output-directory=W outdir=W aux-directory=W jobname=. e=i r=x cnf-line=. interaction=. | dash code
make,gmake,bmake,ninja,rake,mage,scons,waf,meson,ctest,buck,buck2,pants,please,plz,tup,redo,nmake,msbuild,xcodebuild,swift,xcrun,ant,sbt,mill,lein,clojure,clj,boot,ivy,stack,cabal,ghc,dune,opam-exec,rebar3,mix,elixir,erl,iex,zig,nim,nimble,crystal,shards,dart,flutter,pub,ballerina,v,odin,tox,nox,pytest,py.test,unittest,nose2,nosetests,behave,robot,locust,coverage,jest,vitest,mocha,ava,tap,cypress,playwright,karma,jasmine,nightwatch,wdio,storybook,rspec,cucumber,minitest,phpunit,pest,artisan,rails,bin/rails,django-admin,flask,uvicorn,gunicorn,hypercorn,streamlit,jupyter,ipython,celery,alembic,webpack,rollup,vite,esbuild,parcel,tsup,turbo,nx,lerna,rush,next,nuxt,astro,gatsby,remix,svelte-kit,ng,vue-cli-service,react-scripts,expo,eas,electron,electron-builder,grunt,gulp,nodemon,ts-node,tsx,ts-node-dev,swc-node,concurrently,pre-commit,lefthook,husky,lint-staged,act,earthly,dagger,skaffold,tilt,garden,serverless,sls,sam,cdk,pulumi,ansible-playbook,ansible,packer,vagrant,chef-client,puppet,salt,molecule,cue,eslint,stylelint,commitlint,tslint,xo,knip,depcheck,madge,changeset,semantic-release,release-it,typedoc,nyc,c8,hugo,jekyll,mkdocs,sphinx-build,doxygen,asciidoctor,docusaurus | p* | o=w output=w junitxml=w cov-report=. config=x c=x p=. k=. m=. n=. C=n f=x plugin=l resolver=l loader=l require=l r=l exec=s | code
tsc,mypy,pyright,flake8,pylint,bandit,vulture,pydocstyle,shellcheck,hadolint,yamllint,markdownlint,actionlint,jsonlint,proselint,vale,codespell,cspell,cppcheck,clang-tidy,cpplint,checkstyle,pmd,ktlint,detekt,swiftlint,phpstan,psalm,sqlfluff,tflint,checkov,trivy,grype,syft,semgrep,gitleaks,trufflehog,detect-secrets,snyk,dockle,kube-linter,kubeval,conftest,opa,spectral,license-checker,dprint-check,typos | r* | p=. project=. outDir=w outfile=w output=w o=w config=r c=r rcfile=r f=. format=. e=. severity=. include=. exclude=. plugin=l load-plugins=l rulesdir=l | exec
ruff | .* | config=r | sub
ruff check,ruff format | r* | fix+ config=r select=. ignore=. output-file=w o=w extend-select=. target-version=. | exec
black,isort,autopep8,yapf,prettier,biome,dprint,rustfmt,clang-format,shfmt,taplo,stylua,rubocop,standardrb,php-cs-fixer,phpcbf,swiftformat,google-java-format,ormolu,elm-format,nixfmt,alejandra,buildifier,mdformat,autoflake,pyupgrade,add-trailing-comma,djlint,standard,oxlint | r* | w+ i+ write+ fix+ in-place+ apply+ config=r l=. line-length=. parser=. plugin=l plugins=l config-path=r ignore-path=r style=. assume-filename=. o=w | exec
gcc,g++,cc,c++,clang,clang++,tcc,icc,emcc,nvcc,gfortran,ld,lld,mold,as,nasm,rustc,javac,kotlinc,scalac,dmd,ldc2,swiftc,ocamlopt,fpc,gnatmake | r* | o=w MF=w I=. L=. l=. D=. x=. W=. O=. std=. include=r fplugin=l plugin=l wrapper=s B=l specs=l d=W classpath=. cp=. sourcepath=. out-dir=W C=. processor=l processorpath=l Xplugin=l load-pass-plugin=l | dash exec
java,kotlin,scala | .* | cp=. classpath=. jar=x javaagent=l agentlib=l agentpath=l D=. Xmx=. | dash code
mono,wine | x* | | dash exec
expect | x* | c=i f=x b=x | exec
gdb,lldb,perf,valgrind,rr,bpftrace,dtrace,dtruss,frida | ?* | x=x ex=l o=w p=. e=. f=. s=. | exec
rustup,nvm,fnm,n,volta,pyenv,rbenv,nodenv,jenv,sdk,asdf,corepack,opam,ghcup,juliaup,tfenv,gvm,conda-init | .* | | remote
direnv,dotenv,dotenvx,devbox,nix-env,nixos-rebuild,home-manager,guix,chezmoi,stow,yadm | ?* | f=r p=. | exec
`

const tableGit = `
git-lfs,tig,lazygit,gitk,git-town,gt,sl,jj,hg,svn,bzr,fossil,p4,repo,gerrit,git-review,graphite,sapling,spr,ghstack | ?* | | exec
`

const tableCloud = `
doctl | ?* | | exec any to:api.digitalocean.com
linode-cli | ?* | | exec any to:api.linode.com
hcloud | ?* | | exec any to:api.hetzner.cloud
heroku | ?* | | exec any to:api.heroku.com
fly,flyctl | ?* | c=r config=r | exec any to:api.fly.io
vercel | ?* | A=r local-config=r | exec any to:api.vercel.com
netlify | ?* | d=r dir=r | exec any to:api.netlify.com
railway | ?* | | exec any to:backboard.railway.com
render | ?* | | exec any to:api.render.com
wrangler | ?* | c=r config=r | exec any to:api.cloudflare.com
firebase | ?* | c=r config=r | exec any to:firebase.googleapis.com
supabase | ?* | | exec any to:api.supabase.com
pscale,planetscale | ?* | | exec any to:api.planetscale.com
neonctl | ?* | | exec any to:console.neon.tech
turso | ?* | | exec any to:api.turso.tech
stripe | ?* | | exec any to:api.stripe.com
twilio | ?* | | exec any to:api.twilio.com
sendgrid | ?* | | exec any to:api.sendgrid.com
slack | ?* | | exec any to:slack.com
sentry-cli | ?* | | exec any to:sentry.io
circleci | ?* | | exec any to:circleci.com
datadog-ci | ?* | | exec any to:api.datadoghq.com
contentful | ?* | | exec any to:api.contentful.com
sanity | ?* | | exec any to:api.sanity.io
hub | ?* | | exec any to:api.github.com
vultr-cli,scw,ibmcloud,oci,aliyun,tccli,amplify,eb,ecs-cli,eksctl,copilot,cf,oc,rosa,kops,kubeadm,minikube,kind,k3d,k3s,k9s,kubectx,kubens,stern,kustomize,istioctl,linkerd,argocd,argo,flux,velero,crictl,ctr,buildah,skopeo,crane,cosign,oras,consul,nomad,boundary,waypoint,etcdctl,confluent,kcat,kafka-topics,kafka-console-producer,kafka-console-consumer,rabbitmqctl,nats,newrelic,buildkite-agent,jenkins-cli,travis,jira,linear,notion-cli,shopify,wp,drush | ?* | f=r filename=r config=r kubeconfig=r o=. p=. | exec any
aws-google-auth,saml2aws,awsume,aws-sso,granted,assume,okta-awscli,gimme-aws-creds,kinit,klist,kdestroy,krb5-auth,aws-iam-authenticator,gke-gcloud-auth-plugin,oidc-agent,step,teleport,tsh,cloudflared-access | .* | | exec
`

const tableData = `
claude | .* | settings=r mcp-config=l | exec any to:api.anthropic.com
codex | .* | c=. config=. p=. | exec any to:api.openai.com
gemini | .* | | exec any to:generativelanguage.googleapis.com
huggingface-cli,hf | ?* | | exec any to:huggingface.co
kaggle | ?* | p=r path=r f=. | exec any to:www.kaggle.com
wandb | ?* | | exec any to:api.wandb.ai
pgbench,pg_ctl,pg_ctlcluster,initdb,mysqladmin,mysqld,mongod,redis-server,influx,influxdb,cypher-shell,neo4j-admin,arangosh,couchdb,dgraph,surreal,ksql,beeline,hive,impala-shell,spark-sql,spark-submit,hdfs,hadoop,sqoop,flink,dbt,airflow,prefect,dagster,great_expectations,dvc,mlflow,ollama,llm,cursor-agent,aider,opencode,goose,amp,q | ?* | f=r file=r o=w | exec any
`

// tableWrappers holds the wrappers that only need to be stepped over: options
// with a value, and how many operands come before the command. In the world of those
// with "exec", paths and hosts are not those of this one.
const tableWrappers = `
nice | c* | n=. adjustment=. | wrap
ionice | c* | c=. n=. p=. class=. classdata=. | wrap
chrt | .c* | T=. P=. D=. | wrap
taskset,gosu,su-exec,aws-runas | .c* | | wrap
timeout | .c* | s=. k=. signal=. kill-after=. | wrap
gtimeout | .c* | s=. k=. | wrap
time,gtime | c* | o=w f=. output=w format=. | wrap
nohup,setsid,unbuffer,capsh,entr,firejail,dbus-run-session,arch,rosetta,linux32,linux64,busybox,toybox,rtk,winpty,chronic,with-contenv,softlimit,cross-env | c* | | wrap
stdbuf | c* | i=. o=. e=. input=. output=. error=. | wrap
strace | c* | o=w e=. p=. s=. E=e u=. P=. a=. O=. S=. I=. | wrap
ltrace | c* | o=w e=. p=. s=. u=. n=. l=. | wrap
caffeinate | c* | t=. w=. | wrap
systemd-run | c* | p=. u=. E=e unit=. property=. setenv=e uid=. gid=. slice=. description=. M=. machine=. working-directory=n on-calendar=. on-active=. | wrap
systemd-inhibit | c* | what=. who=. why=. mode=. | wrap
chroot | rc* | userspec=. groups=. | wrap exec
unshare | c* | S=. G=. R=. w=n root=. wd=n setuid=. setgid=. map-user=. map-group=. | wrap exec
nsenter | c* | t=. S=. G=. r=. w=n target=. root=. wd=. | wrap exec
setpriv | c* | reuid=. regid=. groups=. bounding-set=. inh-caps=. | wrap
flock | wc* | w=. E=. c=s timeout=. conflict-exit-code=. command=s | wrap
script | wc* | c=s command=s T=w O=w B=w I=w t=. | wrap
faketime | .c* | f=. | wrap
proot | c* | b=. r=r w=n | wrap
fakeroot | c* | i=r s=w l=l | wrap
bwrap | c* | chdir=n dev=. proc=. tmpfs=. setenv=. unsetenv=. uid=. gid=. | wrap
xvfb-run | c* | n=. s=. f=. e=w server-args=. server-num=. | wrap
dumb-init | c* | r=. | wrap
tini | c* | p=. e=. | wrap
hyperfine | c* | w=. r=. m=. M=. p=s prepare=s setup=s cleanup=s export-json=w export-markdown=w warmup=. runs=. | wrap
sem | c* | j=. id=. | wrap
retry | c* | t=. d=. times=. delay=. | wrap
cpulimit | c* | l=. p=. e=. | wrap
prlimit | c* | p=. pid=. | wrap
sshpass | c* | p=. f=r d=. P=. | wrap
dotenv-run | c* | f=r e=r | wrap
env-cmd | c* | f=r e=. | wrap
`
