"use strict";
/* Snowball’s Swedish stop words (stop.txt of snowballstem.org, as Sphinx 9.0.4 has it), without comments and folded as
 * the index folds words. Licence: ../snowball-3.0.1.LICENSE.txt */
sitegen.stems.receiveStopWords("sv",
  "alla allt an ar at att av blev bli blir blivit da dar de dem den denna deras dess dessa det detta dig din dina " +
  "ditt du efter ej eller en er era ert ett for fran ha hade han hans har henne hennes hon honom hur i icke ingen " +
  "inom inte jag ju kan kunde man med mellan men mig min mina mitt mot mycket nagon nagot nagra nar ni nu och om " +
  "oss over pa sa sadan sadana sadant samma sedan sig sin sina sitta sjalv skulle som till under upp ut utan vad " +
  "var vara varfor varit varje vars vart vem vi vid vilka vilkas vilken vilket");
