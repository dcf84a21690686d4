"use strict";
/* Snowball’s Danish stop words (stop.txt of snowballstem.org, as Sphinx 9.0.4 has it), without comments and folded as
 * the index folds words. Licence: ../snowball-3.0.1.LICENSE.txt */
sitegen.stems.receiveStopWords("da",
  "ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter " +
  "eller en end er et for fra ham han hans har havde have hende hendes her hos hun hvad hvis hvor i ikke ind jeg " +
  "jer jo kunne man mange med meget men mig min mine mit mod nar ned noget nogle nu og ogsa om op os over pa " +
  "sadan selv sig sin sine sit skal skulle som thi til ud under var vi vil ville vor være været");
