"use strict";
/* Snowball’s Portuguese stop words (stop.txt of snowballstem.org, as Sphinx 9.0.4 has it), without comments and folded as
 * the index folds words. Licence: ../snowball-3.0.1.LICENSE.txt */
sitegen.stems.receiveStopWords("pt",
  "a ao aos aquela aquelas aquele aqueles aquilo as ate com como da das de dela delas dele deles depois do dos e " +
  "ela elas ele eles em entre era eram eramos essa essas esse esses esta estamos estao estas estava estavam " +
  "estavamos este esteja estejam estejamos estes esteve estive estivemos estiver estivera estiveram estiveramos " +
  "estiverem estivermos estivesse estivessem estivessemos estou eu foi fomos for fora foram foramos forem formos " +
  "fosse fossem fossemos fui ha haja hajam hajamos hao havemos hei houve houvemos houver houvera houveram " +
  "houveramos houverao houverei houverem houveremos houveria houveriam houveriamos houvermos houvesse houvessem " +
  "houvessemos isso isto ja lhe lhes mais mas me mesmo meu meus minha minhas muito na nao nas nem no nos nossa " +
  "nossas nosso nossos num numa o os ou para pela pelas pelo pelos por qual quando que quem sao se seja sejam " +
  "sejamos sem sera serao serei seremos seria seriam seriamos seu seus so somos sou sua suas tambem te tem temos " +
  "tenha tenham tenhamos tenho tera terao terei teremos teria teriam teriamos teu teus teve tinha tinham tinhamos " +
  "tive tivemos tiver tivera tiveram tiveramos tiverem tivermos tivesse tivessem tivessemos tu tua tuas um uma " +
  "voce voces vos");
