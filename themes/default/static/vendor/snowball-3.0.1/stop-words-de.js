"use strict";
/* Snowball’s German stop words (stop.txt of snowballstem.org, as Sphinx 9.0.4 has it), without comments and folded as
 * the index folds words. Licence: ../snowball-3.0.1.LICENSE.txt */
sitegen.stems.receiveStopWords("de",
  "aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes anderm andern " +
  "anderr anders auch auf aus bei bin bis bist da damit dann das dasselbe dazu daß dein deine deinem deinen " +
  "deiner deines dem demselben den denn denselben der derer derselbe derselben des desselben dessen dich die dies " +
  "diese dieselbe dieselben diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines " +
  "einig einige einigem einigen einiger einiges einmal er es etwas euch euer eure eurem euren eurer eures fur " +
  "gegen gewesen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer " +
  "ihres im in indem ins ist jede jedem jeden jeder jedes jene jenem jenen jener jenes jetzt kann kein keine " +
  "keinem keinen keiner keines konnen konnte machen man manche manchem manchen mancher manches mein meine meinem " +
  "meinen meiner meines mich mir mit muss musste nach nicht nichts noch nun nur ob oder ohne sehr sein seine " +
  "seinem seinen seiner seines selbst sich sie sind so solche solchem solchen solcher solches soll sollte sondern " +
  "sonst uber um und uns unse unsem unsen unser unses unter viel vom von vor wahrend war waren warst was weg weil " +
  "weiter welche welchem welchen welcher welches wenn werde werden wie wieder will wir wird wirst wo wollen " +
  "wollte wurde wurden zu zum zur zwar zwischen");
