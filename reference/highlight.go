package reference

import (
	"html/template"
	"regexp"
	"strings"
)

// highlight marks the comments, texts, words and numbers of code. It knows each language well enough for a reader, and changes no character.
func highlight(language, code string) template.HTML {
	tokens, known := languages[language]
	if !known {
		tokens = languages[aliases[language]]
	}
	if tokens == nil {
		return template.HTML(template.HTMLEscapeString(code)) //nolint:gosec // escaped
	}
	var marked strings.Builder
	rest := 0
	for _, found := range tokens.FindAllStringSubmatchIndex(code, -1) {
		for group, class := range classes {
			start, end := found[2+2*group], found[3+2*group]
			if start < 0 {
				continue
			}
			marked.WriteString(template.HTMLEscapeString(code[rest:start]))
			marked.WriteString(`<span class="` + class + `">` + template.HTMLEscapeString(code[start:end]) + `</span>`)
			rest = end
		}
	}
	marked.WriteString(template.HTMLEscapeString(code[rest:]))
	return template.HTML(marked.String()) //nolint:gosec // escaped
}

// classes are those of the groups of each pattern.
var classes = []string{"comment", "string", "word", "number"}

const (
	double = `"(?:[^"\\\n]|\\.)*"`
	single = `'(?:[^'\\\n]|\\.)*'`
	ticks  = "`[^`]*`"
	none   = `$^`
)

// languages are those of the documents and examples.
var languages = map[string]*regexp.Regexp{
	"sh": tokens(`(?m)(?:^|[ \t])#[^\n]*`, `"(?:[^"\\]|\\.)*"|'[^']*'`,
		`set|if|then|else|fi|for|while|do|done|in|case|esac|export|echo|curl|sed|grep|jq|node|make|npm|pip|go`),
	"http": tokens(`(?m)^#[^\n]*`, `\{\{[^}]*\}\}|`+double, `GET|POST|PATCH|DELETE|HTTP/1\.1`),
	"go": tokens(`//[^\n]*`, double+`|`+ticks,
		`package|import|func|return|if|else|for|range|var|const|type|struct|map|defer|nil|switch|case`),
	"javascript": tokens(`//[^\n]*`, double+`|`+single+`|`+ticks,
		`import|from|export|const|let|async|await|function|return|if|else|for|of|new|throw|try|catch|yield`),
	"python": tokens(`#[^\n]*`, `f?`+double+`|f?`+single,
		`import|from|def|class|return|with|as|for|in|if|else|try|except|raise|while|not|and|or|None|True|False|yield|del`),
	"java": tokens(`//[^\n]*`, double,
		`import|package|public|private|static|final|class|void|return|if|else|for|new|throws|throw|try|catch|var|record|null|true|false`),
	"json": tokens(none, double, `true|false|null`),
	"xml":  tokens(`<!--.*?-->`, `"[^"]*"`, none),
	"toml": tokens(`#[^\n]*`, `"[^"]*"`, `true|false`),
}

// aliases are other names of languages.
var aliases = map[string]string{"shell": "sh", "bash": "sh", "js": "javascript", "mjs": "javascript", "typescript": "javascript", "ts": "javascript"}

func tokens(comment, text, words string) *regexp.Regexp {
	return regexp.MustCompile(`(` + comment + `)|(` + text + `)|\b(` + words + `)\b|\b(\d[\d_.]*)\b`)
}
