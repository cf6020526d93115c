// Package rows reads labelled data: JSON Lines, plain or compressed with gzip.
package rows

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

// maxLine bounds one row: whole sessions stand on one.
const maxLine = 64 << 20

// Read yields the rows of the files, in order, each decoded into a new T. After an
// error it ends.
func Read[T any](files ...string) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, name := range files {
			if err := readFile(name, yield); err != nil {
				if !errors.Is(err, errStop) {
					yield(nil, fmt.Errorf("%s: %w", name, err))
				}
				return
			}
		}
	}
}

var errStop = errors.New("stop")

func readFile[T any](name string, yield func(*T, error) bool) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	plain := bufio.NewReader(f)
	var r io.Reader = plain
	if head, err := plain.Peek(2); err == nil && bytes.Equal(head, []byte{0x1f, 0x8b}) {
		if r, err = gzip.NewReader(plain); err != nil {
			return err
		}
	}
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 1<<16), maxLine)
	for n := 1; sc.Scan(); n++ {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		row := new(T)
		if err := json.Unmarshal(sc.Bytes(), row); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if !yield(row, nil) {
			return errStop
		}
	}
	return sc.Err()
}
