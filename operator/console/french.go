package console

// frenchFrame are the texts around all pages, and those of errors.
var frenchFrame = map[string]string{
	// The layout.
	"Meet external API":     "API externe de Meet",
	"External API":          "API externe",
	"Skip to the content":   "Aller au contenu",
	"Console":               "Console",
	"Applications":          "Applications",
	"Users":                 "Utilisateurs",
	"Why refused?":          "Pourquoi refusé ?",
	"Audit trail":           "Journal d’audit",
	"Sign out":              "Se déconnecter",
	"Language":              "Langue",
	"All times are in UTC.": "Toutes les heures sont en UTC.",
	"Nothing was changed: please look at this.": "Rien n’a été modifié : merci de vérifier ceci.",

	// Errors.
	"Try again in %d seconds.":          "Réessayez dans %d secondes.",
	"Request id":                        "Identifiant de requête",
	"Go to the applications":            "Aller aux applications",
	"This request cannot be read":       "Cette requête est illisible",
	"Not allowed":                       "Interdit",
	"Not found":                         "Introuvable",
	"This cannot be done now":           "Impossible pour le moment",
	"The form is too long":              "Le formulaire est trop long",
	"Too many attempts":                 "Trop de tentatives",
	"Not available at the moment":       "Indisponible pour le moment",
	"Something went wrong here":         "Une erreur s’est produite",
	"There is no page at this address.": "Il n’y a pas de page à cette adresse.",
	"The log of the server says what happened, under this request id.": "Le journal du serveur dit ce qui s’est passé, sous cet identifiant de requête.",

	// Signing in.
	"Sign in":  "Se connecter",
	"Address":  "Adresse",
	"Password": "Mot de passe",
	"With the account of Meet's admin: it has to be staff, and a superuser.": "Avec le compte de l’administration de Meet : il doit être membre de l’équipe et superutilisateur.",
	"Sign in by %s": "Se connecter avec %s",
	"One moment":    "Un instant",
	"Go on":         "Continuer",
	"Signing in will not work at this address": "La connexion ne fonctionnera pas à cette adresse",
	"It is plain http to another machine, where browsers keep no session. Reach the console by https, and tell the server so by EXTERNAL_API_CONSOLE_URL; or by a tunnel from your machine, and then at http://%s/console/:": "C’est du http simple vers une autre machine, où les navigateurs ne gardent pas de session. Ouvrez la console en https, et indiquez-le au serveur avec EXTERNAL_API_CONSOLE_URL ; ou par un tunnel depuis votre machine, puis à http://%s/console/ :",
	"The address or the password is wrong, or the account is not that of an operator.":                      "L’adresse ou le mot de passe est erroné, ou le compte n’est pas celui d’un opérateur.",
	"You are known to the provider, but your account in Meet is not that of an operator.":                   "Le fournisseur vous connaît, mais votre compte Meet n’est pas celui d’un opérateur.",
	"The provider did not sign you in.":                                                                     "Le fournisseur ne vous a pas connecté.",
	"What the provider answered does not count. Sign in again.":                                             "La réponse du fournisseur n’est pas valable. Reconnectez-vous.",
	"This sign-in was not begun in this browser, or too long ago. Sign in again.":                           "Cette connexion n’a pas été commencée dans ce navigateur, ou il y a trop longtemps. Reconnectez-vous.",
	"The session has ended. Sign in again.":                                                                 "La session est terminée. Reconnectez-vous.",
	"Ask for this by the address of the machine, by localhost, or by the host of EXTERNAL_API_CONSOLE_URL.": "Demandez ceci par l’adresse de la machine, par localhost ou par l’hôte d’EXTERNAL_API_CONSOLE_URL.",
	"A profile of this kind is being taken: there is one at a time.":                                        "Un profil de ce type est en cours : il n’y en a qu’un à la fois.",
	"The form was sent from another site.":                                                                  "Le formulaire a été envoyé par un autre site.",
}
