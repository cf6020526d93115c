package main

// The server as it was before it was governed.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type file struct {
	Path string `json:"path" jsonschema:"below the folder that is served"`
}

type text struct {
	Path    string `json:"path" jsonschema:"below the folder that is served"`
	Content string `json:"content"`
}

type page struct {
	URL string `json:"url"`
}

// files returns a server of the files below a folder, and of pages of the web, and
// where the folder is.
func files(folder string) (s *mcp.Server, dir string, err error) {
	if dir, err = filepath.Abs(folder); err != nil {
		return nil, "", err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, "", err
	}
	s = mcp.NewServer(&mcp.Implementation{Name: "files", Version: "v1"}, nil)
	closed := false
	mcp.AddTool(s, &mcp.Tool{
		Name: "read_file", Description: "Read a file.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: &closed},
	}, func(_ context.Context, _ *mcp.CallToolRequest, in file) (*mcp.CallToolResult, any, error) {
		b, err := root.ReadFile(in.Path)
		return say(string(b)), nil, err
	})
	mcp.AddTool(s, &mcp.Tool{
		Name: "write_file", Description: "Write a file.", Annotations: &mcp.ToolAnnotations{OpenWorldHint: &closed},
	}, func(_ context.Context, _ *mcp.CallToolRequest, in text) (*mcp.CallToolResult, any, error) {
		return say("written"), nil, root.WriteFile(in.Path, []byte(in.Content), 0o600)
	})
	mcp.AddTool(s, &mcp.Tool{
		Name: "fetch", Description: "Fetch a page.", Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, func(ctx context.Context, _ *mcp.CallToolRequest, in page) (*mcp.CallToolResult, any, error) {
		body, err := fetch(ctx, in.URL)
		return say(body), nil, err
	})
	return s, dir, nil
}

// maxPage bounds what is read of a page, in bytes.
const maxPage = 1 << 20

func fetch(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the site says %s", resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	return string(b), err
}

func say(s string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: s}}}
}

// serve serves h until ctx ends, after it has said where.
func serve(ctx context.Context, address string, h http.Handler) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	fmt.Println("http://" + l.Addr().String())
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = s.Shutdown(context.WithoutCancel(ctx)) })
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
