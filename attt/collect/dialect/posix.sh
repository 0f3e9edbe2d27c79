# attt reads this host's configuration; it writes and changes nothing.
# One program a host: every ask stands between two marks that carry a random word (N), so that
# no file or command output can pass for another's. Filled in by posix.py at the @MARKS@.
unset N M S U
N=@NONCE@
# The system's own tools first: what somebody put into /usr/local may answer otherwise.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
unset ENV BASH_ENV CDPATH GREP_OPTIONS POSIXLY_CORRECT
IFS=' 	
'
umask 077
set -f
nl='
'
lib=@LIB@
eval "$lib"

# The pipeline around one command: at most $1 bytes of stdout and 4 KiB of stderr, its exit status
# kept apart. It runs under the time-out as a whole, so that a grandchild that holds stdout open
# is ended with it.
capped='c=$1; shift; exec 4>&1; s=$({ { { "$@" 3>&- 4>&- 5>&-; echo $? >&5; } 2>&3 | head -c "$c" >&4 5>&-; } 3>&1 | head -c 4096 >&2 4>&- 5>&-; } 5>&1); exit "${s:-125}"'
limit() { shift; "$@"; }
if timeout -k 1 5 true 2>/dev/null; then limit() { timeout -k 1 "$@"; }
elif timeout 5 true 2>/dev/null; then limit() { timeout "$@"; }
fi
# go SECONDS CAP ARGV...: one command, with limits of its own.
go() { t=$1; shift; limit "$t" /bin/sh -c "$capped" attt "$@"; }

# The pipeline around a batch: what it may say altogether, and its time, are limited; so a command in
# it costs one process. The random word comes in the environment, which others can't see, and goes.
batched='N=$attt_n M=$attt_m K=$attt_k ids=$attt_i; unset attt_n attt_m attt_k attt_i
I=1; set -f
limit() { shift; "$@"; }
go() { shift 2; "$@" 3>&- 4>&- 5>&-; }
{ { eval "$1" 2>&3 3>&- 4>&- | head -c 4194304 5>&-; } 3>&1 1>&4 4>&- | head -c 262144 >&2 5>&-; } 4>&1
printf done >&5'
# batch LINES: what did not come to its end in there is put again, each with limits of its own; all
# of it where the batch was ended from outside, since what was on its way is lost then.
batch() {
	exec 6>&1
	D=" $(
		attt_n=$N attt_m=$M attt_k=$K attt_i=$ids
		export attt_n attt_m attt_k attt_i
		limit @BATCH_S@ /bin/sh -c "$lib$nl$batched" attt "$1" 5>&1 >&6 6>&-
	)"
	exec 6>&-
	case $D in *" done") ;; *) D=' ' ;; esac
	R=r; eval "$1"
	R= D=' '
}
# pack INDEX N:PATH...: the files that can be read travel in one archive; K becomes their numbers.
pack() {
	K=' ' k=; f=$1; shift; n=$#
	while [ "$n" -gt 0 ]; do
		i=${1%%:*} p=${1#*:}; shift; n=$((n - 1))
		# What the kernel makes up while it is read has no size; an archive would hold nothing of it.
		if [ -f "$p" ] && [ -r "$p" ] && [ -s "$p" ]; then k="$k$i "; set -- "$@" "./${p#/}"; fi
	done
	[ $# -gt 1 ] && command -v tar >/dev/null 2>&1 || return 0
	run "$f" 10 4194304 tar -chf - -C / "$@"
	[ "$s" = 0 ] || return 0
	K=" $k"
	for i in $k; do skip "$i" packed; done
}

U=$(id -u)
if [ "${attt_only-}" != root ]; then
	# Header: who answers, and on what kind of host.
	b h
	printf 'uid %s\n' "$U"
	printf 'uname %s\n' "$(uname -srm 2>/dev/null)"
	for f in /etc/os-release /usr/lib/os-release; do
		if [ -f "$f" ] && [ -r "$f" ]; then head -c 8192 "$f"; break; fi
	done
	e h 0
fi
# The platform's words, read as text and never run.
ids=
for f in /etc/os-release /usr/lib/os-release; do
	if [ -f "$f" ] && [ -r "$f" ]; then
		ids=$(head -c 8192 "$f" | while read -r line; do
			case $line in
			ID=* | ID_LIKE=*)
				v=${line#*=}; v=${v#[\"\']}; v=${v%[\"\']}
				printf ' %s' "$v" ;;
			esac
		done)
		break
	fi
done
ids="$ids "

M=none
pw=${p-}; p=
if [ "$U" = 0 ]; then M=root
elif [ -n "$pw" ] && command -v sudo >/dev/null 2>&1; then
	# One try with the password, on a command that does nothing; only a password that was
	# accepted is used to start the privileged half of this same program.
	b s
	if limit 20 sudo -k -n true 2>/dev/null; then M=nopasswd; s=0
	elif printf '%s\n' "$pw" | limit 20 sudo -S -k -p '' true >/dev/null; then M=password; s=0
	else s=refused
	fi
	e s "$s"
	b r
	case $M in
	nopasswd) printf 'attt_only=root\n%s' "${P#*"$nl"}" | sudo -n /bin/sh -c 'P=$(cat); eval "$P" </dev/null' ;;
	password) { printf '%s\n' "$pw"; printf 'attt_only=root\n%s' "${P#*"$nl"}"; } | sudo -S -k -p '' /bin/sh -c 'P=$(cat); eval "$P" </dev/null' ;;
	*) false ;;
	esac
	e r $?
elif command -v sudo >/dev/null 2>&1 && limit 20 sudo -n -l >/dev/null 2>&1; then M=sudo
fi

pw=
if [ "${attt_only-}" != root ]; then
	b m; printf '%s\n' "$M"; e m 0
	:
@PLAIN@
fi
case $M in
root)
	:
@ROOT@
	;;
sudo)
	:
@SUDO@
	;;
none)
	:
@NONE@
	;;
esac
[ "${attt_only-}" = root ] || skip z end
