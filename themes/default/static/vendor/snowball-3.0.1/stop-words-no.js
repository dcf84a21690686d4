"use strict";
/* Snowball’s Norwegian stop words (stop.txt of snowballstem.org, as Sphinx 9.0.4 has it), without comments and folded as
 * the index folds words. Licence: ../snowball-3.0.1.LICENSE.txt */
sitegen.stems.receiveStopWords("no",
  "a alle at av bade bae bare begge ble blei bli blir blitt da de deg dei deim deira deires dem den denne der " +
  "dere deres det dette di din disse ditt du dykk dykkar eg ein eit eitt eller elles en enn er et ett etter for " +
  "fordi fra før ha hadde han hans har hennar henne hennes her hja ho hoe honom hoss hossen hun hva hvem hver " +
  "hvilke hvilken hvis hvor hvordan hvorfor i ikke ikkje ingen ingi inkje inn inni ja jeg kan kom korleis korso " +
  "kun kunne kva kvar kvarhelst kven kvi kvifor man mange me med medan meg meget mellom men mi min mine mitt mot " +
  "mykje na nar ned no noe noen noka noko nokon nokor nokre og ogsa om opp oss over pa sa samme sann seg selv si " +
  "sia sidan siden sin sine sitt sjøl skal skulle slik so som somme somt til um upp ut uten var vart varte ved " +
  "vere verte vi vil ville vore vors vort være vært");
