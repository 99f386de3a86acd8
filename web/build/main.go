// Command build makes what the pages load, web/assets, from web/style and
// web/island. It is run by go generate in web; its output is committed.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	files, err := bundle(".")
	if err == nil {
		err = write(files, "assets")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build assets:", err)
		os.Exit(1)
	}
}

// sources are what is bundled, each into one asset of its name.
var sources = []string{
	"style/allod.css",
	"island/act.ts",
	"island/composer.ts",
	"island/entrance.ts",
	"island/files.ts",
	"island/passkey.ts",
	"island/push.ts",
	"island/stream.ts",
	"island/viewer.ts",
	"island/worker.ts",
}

// bundle makes the assets of the web folder at root, by name.
func bundle(root string) (map[string][]byte, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       sources,
		EntryNames:        "[name]",
		Outdir:            "assets",
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Supported:         modern,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		LegalComments:     api.LegalCommentsNone,
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors)+len(result.Warnings) > 0 {
		return nil, said(append(result.Errors, result.Warnings...))
	}
	files := make(map[string][]byte, len(result.OutputFiles))
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}

// modern is what the style sheet needs and no older form could replace.
var modern = map[string]bool{"nesting": true, "color-functions": true}

// said is what esbuild complains of as one error.
func said(messages []api.Message) error {
	lines := api.FormatMessages(messages, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return errors.New(strings.TrimSpace(strings.Join(lines, "")))
}

// write puts the assets into a folder.
func write(files map[string][]byte, folder string) error {
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(folder, name), body, 0o644); err != nil {
			return err
		}
	}
	return nil
}
