package main

import (
	"encoding/json"
	"io"

	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/internal/eval/rows"
)

// secretRow is what a detector sees of a row: a text, and the name of the file it is from.
type secretRow struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Path string `json:"path"`
}

type secretAnswer struct {
	ID     string   `json:"id"`
	Found  bool     `json:"found"`
	Values []string `json:"values"`
}

// secrets answers with the texts found; a row that is nothing but a path is looked at as one.
func secrets(w io.Writer, files []string) error {
	d := secret.Default()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var found []secret.Finding
	for r, err := range rows.Read[secretRow](files...) {
		if err != nil {
			return err
		}
		text, place := []byte(r.Text), secret.Result
		if r.Text == "" && r.Path != "" {
			text, place = []byte(r.Path), secret.Path
		}
		found = d.Detect(found[:0], text, place)
		a := secretAnswer{ID: r.ID, Found: len(found) > 0, Values: []string{}}
		for _, f := range found {
			a.Values = append(a.Values, string(text[f.Offset:f.Offset+f.Length]))
		}
		if err := enc.Encode(a); err != nil {
			return err
		}
	}
	return nil
}
