"use strict";
/* Snowball’s Hungarian stop words (stop.txt of snowballstem.org, as Sphinx 9.0.4 has it), without comments and folded as
 * the index folds words. Licence: ../snowball-3.0.1.LICENSE.txt */
sitegen.stems.receiveStopWords("hu",
  "a abban ahhoz ahogy ahol aki akik akkor alatt altal altalaban amely amelyek amelyekben amelyeket amelyet " +
  "amelynek ami amig amikor amit amolyan annak arra arrol at az azert azok azon azonban azt aztan azutan azzal " +
  "bar be belul benne cikk cikkek cikkeket csak de e ebben eddig egesz egy egyeb egyes egyetlen egyik egyre ehhez " +
  "ekkor el eleg ellen elo eloszor elott elso emilyen en ennek eppen erre es ez ezek ezen ezert ezt ezzel fel " +
  "fele hanem hiszen hogy hogyan igen igy ill illetve ilyen ilyenkor ismet ison itt jo jobban jol kell kellett " +
  "keressunk keresztul ki kivul kozott kozul legalabb legyen lehet lehetett lenne lenni lesz lett maga magat majd " +
  "mar mas masik meg mellett mely melyek mert mi miert mig mikor milyen minden mindenki mindent mindig mint " +
  "mintha mit mivel most nagy nagyobb nagyon ne neha nehany nekem neki nelkul nem nincs o ok oket olyan ossze ott " +
  "pedig persze ra s sajat sem semmi sok sokat sokkal szamara szemben szerint szinte talan tehat teljes tobb " +
  "tovabb tovabba ugy ugyanis uj ujabb ujra utan utana utolso vagy vagyis vagyok valaki valami valamint valo van " +
  "vannak vele vissza viszont volna volt voltak voltam voltunk");
