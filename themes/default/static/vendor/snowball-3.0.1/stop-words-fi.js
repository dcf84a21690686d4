"use strict";
/* Snowball’s Finnish stop words (stop.txt of snowballstem.org, as Sphinx 9.0.4 has it), without comments and folded as
 * the index folds words. Licence: ../snowball-3.0.1.LICENSE.txt */
sitegen.stems.receiveStopWords("fi",
  "ei eivat emme en et etta ette han haneen hanella hanelle hanelta hanen hanessa hanesta hanet hanta he heidan " +
  "heidat heihin heilla heille heilta heissa heista heita itse ja johon joiden joihin joiksi joilla joille joilta " +
  "joina joissa joista joita joka joksi jolla jolle jolta jona jonka jos jossa josta jota jotka kanssa keiden " +
  "keihin keiksi keilla keille keilta keina keissa keista keita keneen keneksi kenella kenelle kenelta kenen " +
  "kenena kenessa kenesta kenet keta ketka koska kuin kuka kun me meidan meidat meihin meilla meille meilta " +
  "meissa meista meita mihin mika miksi milla mille milta mina minka minua minulla minulle minulta minun minussa " +
  "minusta minut minuun missa mista mita mitka mukaan mutta naiden naihin naiksi nailla naille nailta naina " +
  "naissa naista naita nama ne niiden niihin niiksi niilla niille niilta niin niina niissa niista niita noiden " +
  "noihin noiksi noilla noille noilta noin noina noissa noista noita nuo nyt ole olemme olen olet olette oli " +
  "olimme olin olisi olisimme olisin olisit olisitte olisivat olit olitte olivat olla olleet ollut on ovat poikki " +
  "se seka sen siihen siina siita siksi silla sille silta sina sinua sinulla sinulle sinulta sinun sinussa " +
  "sinusta sinut sinuun sita tahan tai taksi talla talle talta tama taman tana tassa tasta tata te teidan teidat " +
  "teihin teilla teille teilta teissa teista teita tuo tuohon tuoksi tuolla tuolle tuolta tuon tuona tuossa " +
  "tuosta tuota vaan vai vaikka yli");
