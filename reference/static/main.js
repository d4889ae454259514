// What pages do beyond being read: each part looks for what it is for, and does nothing where that is not there.
import { showToken } from "./session.js";
import { chooseTheme } from "./look.js";
import { copyButtons, languageTabs } from "./samples.js";
import { guide } from "./start.js";
import { search } from "./search.js";
import { tryIt } from "./try.js";

chooseTheme();
showToken();
copyButtons();
languageTabs();
guide();
tryIt();
search();
