// Package journal keeps what the hooks of one session saw and decided, in one
// append-only file. Hook processes live for milliseconds and share nothing but that
// file; an exporter reads it later and makes spans.
//
//	dir, err := journal.Open("/home/ada/.local/state/ambit")
//	log, err := dir.Lock(sessionID, 2*time.Second)
//	defer log.Close()
//	state := log.State()  // what the session carried so far
//	…                     // decide
//	err = log.Append(record)
//
// # Records
//
// A [Record] is one hook call: the event without its content, what was found out and
// decided, and the [State] after it. Since each record holds the whole state, a hook
// reads the last one and nothing else, however long the session is.
//
// A record holds no content: no prompt, no arguments, no result. Targets of effects
// are names of things (paths, hosts, programs); one in which a secret was found is
// left out.
//
// # Crashes
//
// A record is one line with a checksum, written by one call of the system under an
// exclusive lock. A process that is killed leaves the line whole, or a part of a line
// that readers pass over and the next writer ends. Nothing is lost but what had not
// been written; after a loss of power the last seconds may be, since nothing waits
// for the disk.
//
// # Bounds
//
// One session's file grows to [MaxFile], and all of them to what their exporter leaves
// ([Dir.Remove]). A session's id decides its file's name through a hash, so that an id can name no
// other file.
package journal
