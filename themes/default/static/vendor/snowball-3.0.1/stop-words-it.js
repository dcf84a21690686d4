"use strict";
/* Snowball’s Italian stop words (stop.txt of snowballstem.org, as Sphinx 9.0.4 has it), without comments and folded as
 * the index folds words. Licence: ../snowball-3.0.1.LICENSE.txt */
sitegen.stems.receiveStopWords("it",
  "a abbia abbiamo abbiano abbiate ad agl agli ai al all alla alle allo anche avemmo avendo avesse avessero " +
  "avessi avessimo aveste avesti avete aveva avevamo avevano avevate avevi avevo avra avrai avranno avrebbe " +
  "avrebbero avrei avremmo avremo avreste avresti avrete avro avuta avute avuti avuto c che chi ci coi col come " +
  "con contro cui da dagl dagli dai dal dall dalla dalle dallo degl degli dei del dell della delle dello di dov " +
  "dove e ebbe ebbero ebbi ed era erano eravamo eravate eri ero essendo faccia facciamo facciano facciate faccio " +
  "facemmo facendo facesse facessero facessi facessimo faceste facesti faceva facevamo facevano facevate facevi " +
  "facevo fai fanno fara farai faranno farebbe farebbero farei faremmo faremo fareste faresti farete faro fece " +
  "fecero feci fosse fossero fossi fossimo foste fosti fu fui fummo furono gli ha hai hanno ho i il in io l la le " +
  "lei li lo loro lui ma mi mia mie miei mio ne negl negli nei nel nell nella nelle nello noi non nostra nostre " +
  "nostri nostro o per perche piu quale quanta quante quanti quanto quella quelle quelli quello questa queste " +
  "questi questo sara sarai saranno sarebbe sarebbero sarei saremmo saremo sareste saresti sarete saro se sei si " +
  "sia siamo siano siate siete sono sta stai stando stanno stara starai staranno starebbe starebbero starei " +
  "staremmo staremo stareste staresti starete staro stava stavamo stavano stavate stavi stavo stemmo stesse " +
  "stessero stessi stessimo steste stesti stette stettero stetti stia stiamo stiano stiate sto su sua sue sugl " +
  "sugli sui sul sull sulla sulle sullo suo suoi ti tra tu tua tue tuo tuoi tutti tutto un una uno vi voi vostra " +
  "vostre vostri vostro");
