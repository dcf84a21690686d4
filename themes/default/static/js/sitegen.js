"use strict";
/* The one global of the site's scripts. Every other file hangs one named part on it. */
var sitegen = {};
