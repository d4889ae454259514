package console

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
)

// languages are those of the pages; the first one is for readers of others.
var languages = []string{"en", "fr"}

var matcher = language.NewMatcher([]language.Tag{language.English, language.French})

// languageCookie holds what a reader has chosen.
const languageCookie = "language"

// languageOf is what the reader has chosen, or else what their browser asks for.
func languageOf(request *http.Request) string {
	chosen := ""
	if cookie, err := request.Cookie(languageCookie); err == nil {
		chosen = cookie.Value
	}
	_, index := language.MatchStrings(matcher, chosen, request.Header.Get("Accept-Language"))
	return languages[index]
}

// setLanguage keeps the language that a reader chooses, and goes back to the page where they did.
func (c *Console) setLanguage(e echo.Context) error {
	form, err := readForm(e)
	if err != nil {
		return err
	}
	_, index := language.MatchStrings(matcher, form.Get("language"))
	e.SetCookie(&http.Cookie{
		Name: languageCookie, Value: languages[index], Path: Path, MaxAge: 365 * 24 * 3600,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	return seeOther(e, ownPath(form.Get("back")))
}

// ownPath is a path of the console; its first page for anything else.
func ownPath(path string) string {
	if !strings.HasPrefix(path, Path+"/") || strings.ContainsAny(path, "\\\r\n") {
		return Path + "/"
	}
	return path
}

// french has each text of the console in French; a test compares it with the templates and the refusals. Verbs stand in the same order.
var french = func() map[string]string {
	all := map[string]string{}
	for _, part := range []map[string]string{frenchFrame, frenchPages, frenchAudit, frenchSaid, frenchReasons} {
		maps.Copy(all, part)
	}
	return all
}()

// translate is a text in that language, with the values of its verbs.
func translate(language, text string, args ...any) string {
	if french, known := french[text]; known && language == "fr" {
		text = french
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// translateMade is a text in that language whose verbs have their values already.
func translateMade(language, text string) string {
	if _, known := french[text]; known || language != "fr" {
		return translate(language, text)
	}
	for _, form := range madeForms {
		if values := form.pattern.FindStringSubmatch(text); values != nil {
			return fmt.Sprintf(form.french, anyOf(values[1:])...)
		}
	}
	return text
}

func anyOf(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}

var verb = regexp.MustCompile(`%[dsv]`)

// madeForms recognise what is made of the texts with verbs.
var madeForms = func() (forms []struct {
	pattern *regexp.Regexp
	french  string
}) {
	for english, translated := range french {
		if !verb.MatchString(english) {
			continue
		}
		parts := verb.Split(english, -1)
		for i, part := range parts {
			parts[i] = regexp.QuoteMeta(part)
		}
		forms = append(forms, struct {
			pattern *regexp.Regexp
			french  string
		}{regexp.MustCompile(`(?s)^` + strings.Join(parts, `(.+)`) + `$`), verb.ReplaceAllString(translated, "%s")})
	}
	return forms
}()

// formatNumber groups the digits of a number as the language does.
func formatNumber(language string, number int) string {
	digits := strconv.Itoa(number)
	separator := map[string]string{"en": ",", "fr": "\u202f"}[language]
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return digits
}
