//! Modest word lists that content is recognised by: names, places, streets, organisations, in several languages.
//!
//! Lower case, without accents. They only have to hit often enough to tell one kind of column from another; they are
//! not used to clean or compare values.

use hashbrown::HashSet;
use std::sync::OnceLock;

/// A set of words, built on first use.
pub(super) struct Words {
    text: &'static str,
    set: OnceLock<HashSet<&'static str>>,
}

impl Words {
    pub(super) const fn new(text: &'static str) -> Self {
        Words { text, set: OnceLock::new() }
    }

    /// Whether the word is in the list; words of several tokens are listed with `_` between them.
    pub(super) fn has(&self, word: &str) -> bool {
        self.set.get_or_init(|| self.text.split_whitespace().collect()).contains(word)
    }
}

/// Common given names.
pub(super) static GIVEN: Words = Words::new(
    "james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph jessica \
thomas sarah charles karen christopher lisa daniel nancy matthew betty anthony sandra mark margaret donald ashley steven \
kimberly andrew emily paul donna joshua michelle kenneth carol kevin amanda brian melissa george deborah timothy stephanie \
ronald rebecca jason laura edward sharon jeffrey cynthia ryan dorothy jacob amy gary kathleen nicholas angela eric shirley \
jonathan emma stephen brenda larry pamela justin nicole scott anna brandon samantha benjamin katherine samuel christine \
gregory helen alexander debra patrick rachel frank carolyn raymond janet jack maria dennis olivia jerry heather tyler \
catherine aaron diane jose julie adam victoria nathan joyce henry lauren zachary kelly douglas christina peter ruth kyle \
joan noah virginia ethan judith jeremy evelyn christian hannah walter andrea keith megan austin cheryl roger jacqueline \
terry madison sean teresa gerald abigail carl sophia dylan martha harold sara jordan gloria jesse janice bryan kathryn \
lawrence ann arthur isabella gabriel judy bruce charlotte logan julia billy grace joe amber alan alice juan jean elijah \
denise willie frances albert danielle wayne marilyn randy natalie vincent diana liam brittany roy theresa bobby kayla caleb \
alexis russell lori lucas tiffany bob bill mike tom jim dave steve chris tony ben sam dan matt nick joel ellie isla mia ava \
amelia ella poppy lily freya oscar archie harry oliver charlie alfie leo theo finley ernest herbert alfred frederick edwin \
percy hugh edmund francis ralph cecil sidney leonard stanley reginald eleanor florence edith agnes ethel mabel jane \
pierre marie claude sophie philippe nathalie isabelle francoise jacques michel monique alain bernard catherine nicolas \
sebastien christophe laurent frederic olivier guillaume julien antoine mathieu thibault camille lea manon chloe oceane \
celine aurelie emilie elodie delphine sandrine valerie veronique sylvie martine brigitte dominique pascal thierry didier \
bruno herve yves gilles andre rene marcel louis henri georges lucien leon gaston raymonde germaine simone yvonne jeanne \
louise juliette margaux ines jade enzo hugo mathis nathan theo maxime quentin romain florian adrien clement damien fabien \
cedric stephane franck patrice serge gerard roland jerome corinne chantal annie nadine josiane colette odette paulette \
genevieve therese madeleine helene claire agathe amandine audrey benedicte bertrand benoit etienne francois gaelle \
hans ingrid lars astrid peter klaus jurgen juergen wolfgang uwe dieter bernd stefan andreas matthias markus sven jens kai \
torsten thorsten frank ralf rainer werner gerhard heinz horst karl friedrich heinrich otto ernst helmut manfred gunter \
guenter ulrich sabine petra monika renate ursula gisela helga karin brigitte heike anke silke katrin kathrin susanne \
claudia birgit martina christa elke gabriele angelika erika hildegard ilse lena leonie lukas jonas felix maximilian paula \
finn jannik tobias florian niklas moritz johannes sebastian anja tanja nadja katja greta frieda mila emilia \
carlos sofia miguel lucia pedro carmen javier antonio manuel francisco luis jesus angel rafael fernando sergio pablo jorge \
alberto alejandro diego raul ramon enrique ruben andres ignacio victor alvaro adrian ivan isabel dolores pilar josefa \
teresa ana cristina marta paula rosa concepcion mercedes beatriz silvia elena raquel irene rocio patricia monica \
giuseppe giovanni antonio mario luigi francesco angelo vincenzo pietro salvatore carlo franco domenico bruno paolo michele \
giorgio aldo sergio luca marco andrea matteo lorenzo alessandro davide simone stefano roberto giulia chiara francesca \
federica sara martina valentina alessia elisa giorgia anna rosa giovanna giuseppina paola caterina lucia angela \
joao maria antonio jose manuel francisco luis paulo pedro tiago diogo goncalo rui nuno ricardo joaquim catarina ines \
mariana beatriz carolina leonor rita sandra fernanda juliana adriana luciana vanessa rodrigo rafael gustavo felipe thiago \
jan piet kees henk willem johan cornelis gerrit dirk bram daan sem lotte sanne femke anouk fleur marieke joost maarten \
sven erik anders lars nils gustav olof bjorn magnus karin kerstin birgitta elin maja frida ole knut kari marit jens soren \
mette lone hanne pekka juha matti timo jukka antti anneli kaarina jan piotr krzysztof andrzej tomasz pawel marcin michal \
grzegorz jerzy agnieszka katarzyna malgorzata ewa krystyna zofia magdalena joanna jiri petr vaclav ivana zuzana ferenc \
laszlo istvan zoltan gabor katalin ildiko ion andrei mihai elena ioana cristian dmitri dmitry sergei sergey alexei alexey \
ivan vladimir nikolai mikhail igor oleg olga svetlana tatiana natalia irina ekaterina anastasia yelena elena oksana \
mohammed mohamed muhammad ahmed ahmad ali omar hassan hussein ibrahim khalid youssef yusuf mustafa mehmet abdul karim rachid \
fatima aisha khadija zainab mariam leila layla nadia samira amina yasmine salma nour fatma ayse emine mehdi sofiane bilal \
priya ravi sanjay anita raj amit sunil rajesh vijay anil suresh deepak rahul arjun neha pooja kavita sunita lakshmi wei \
ling chen yuki hiroshi takashi kenji akira satoshi naoko keiko yoko haruto sakura min jun hao jing xin yan mei li ying \
minh linh thi hoang thanh nguyen_van kim ji soo hyun kwame kofi ama chidi ngozi oluwaseun tunde thabo sipho",
);

/// Common family names.
pub(super) static FAMILY: Words = Words::new(
    "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson \
thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen \
king wright torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips \
evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper \
peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez wood bennett gray mendoza ruiz hughes \
price alvarez castillo sanders patel myers long ross foster jimenez powell jenkins perry russell sullivan bell coleman \
butler henderson barnes gonzales fisher vasquez simmons romero patterson hamilton graham reynolds griffin wallace moreno \
west cole hayes bryant herrera gibson ellis tran medina aguilar stevens murray ford castro marshall owens harrison \
fernandez mcdonald woods washington kennedy wells vargas freeman webb tucker burns crawford olson simpson porter hunter \
gordon mendez silva shaw snyder mason dixon munoz hunt hicks holmes palmer wagner black robertson boyd stone salazar fox \
warren mills meyer rice schmidt daniels ferguson nichols stephens soto weaver gardner payne dunn spencer hawkins arnold \
pierce hansen peters santos hart bradley knight elliott cunningham duncan armstrong hudson carroll lane riley andrews ray \
berry hoffman johnston matthews richards willis carpenter lawrence george chapman watkins greene wheeler harper burke \
larson carr jacobs obrien lynch singh bishop montgomery jensen harvey williamson gilbert sims howell reid wong khan ahmed \
begum hussain shah kaur clarke davies shepherd sutton pearce chambers barker saunders lloyd booth rowe \
bernard dubois robert petit durand leroy moreau simon laurent lefebvre michel bertrand roux vincent fournier morel girard \
andre lefevre mercier dupont lambert bonnet francois legrand garnier faure rousseau blanc guerin muller henry roussel \
nicolas perrin morin mathieu clement gauthier dumont lopez fontaine chevalier robin masson sanchez gerard noel dufour \
blanchard brunet meyer fernandez brun rolland lemoine schmitt roy barbier leclerc renard gaillard boucher lucas roche \
leroux riviere arnaud colin vidal picard joly marchand fabre renaud dupuis lacroix lemaire renault leblanc benoit dumas \
schmidt schneider fischer weber meyer wagner becker schulz hoffmann schaefer schafer koch bauer richter klein wolf schroeder \
schroder neumann schwarz zimmermann braun hofmann krueger kruger hartmann lange schmitt werner krause meier lehmann schmid \
schulze maier koehler kohler herrmann koenig konig walter mayer huber kaiser fuchs peters lang scholz moeller moller weiss \
jung hahn schubert vogel friedrich keller guenther gunther frank berger winkler roth beck lorenz baumann franke albrecht \
schuster simon ludwig boehm bohm winter kraus martin schumacher kramer vogt stein jager sommer gross seidel heinrich brandt \
rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti deluca mancini costa giordano \
rizzo lombardi moretti barbieri fontana santoro mariani rinaldi caruso ferrara galli martini leone longo gentile \
silva santos ferreira pereira oliveira costa rodrigues martins sousa fernandes goncalves gomes lopes marques alves almeida \
ribeiro pinto carvalho teixeira moreira correia mendes nunes soares vieira monteiro cardoso rocha neves coelho cruz cunha \
souza lima araujo barbosa melo jong jansen vries berg dijk bakker janssen visser smit meijer boer mulder groot bos vos \
peters hendriks leeuwen dekker brouwer wit dijkstra smits graaf meer andersson johansson karlsson nilsson eriksson larsson \
olsson persson svensson gustafsson pettersson jonsson hansen johansen olsen larsen andersen pedersen nielsen jensen \
christensen rasmussen sorensen korhonen virtanen makinen nieminen nowak kowalski wisniewski wojcik kowalczyk kaminski \
lewandowski zielinski szymanski wozniak novak svoboda novotny horvath nagy kovacs toth szabo popescu ionescu popa ivanov \
petrov sidorov smirnov kuznetsov popov vasiliev wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo lin \
sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato park choi jung kang cho yoon lim tran le pham \
hoang phan vu dang bui sharma gupta kumar verma reddy rao mehta desai joshi nair iyer das yilmaz kaya demir celik sahin \
okafor adeyemi mensah diallo traore diop ndiaye benali haddad mansour hassan ibrahim saleh cohen levy mizrahi peretz",
);

/// Street types that stand alone as a word.
pub(super) static STREET: Words = Words::new(
    "street st str road rd avenue ave av lane ln drive dr boulevard blvd blv court ct place pl square sq crescent cres \
terrace terr close way gardens gdns grove mews row parade pde highway hwy circuit cct parkway pkwy pike turnpike plaza \
alley hill rise walk loop trail rue chemin impasse allee allees quai cours passage sentier faubourg lotissement residence \
bd boul bld all rte imp ch sq zac zi strasse weg gasse platz ring damm ufer chaussee allee calle avenida avda paseo plaza \
carrera ronda camino travesia urbanizacion carretera via viale piazza corso vicolo largo strada piazzale lungomare rua \
travessa praca estrada alameda straat laan plein gracht kade dreef steeg singel ulica ul aleja al gatan vagen vej gade gata \
veien katu tie box jalan jl lorong",
);

/// Endings of compound street names: Hauptstrasse, Kerkstraat, Storgatan.
pub(super) const STREET_ENDINGS: [&str; 14] = [
    "strasse", "str", "straat", "laan", "gasse", "platz", "allee", "damm", "gatan", "vagen", "vej", "gade", "weg",
    "gracht",
];

/// Words that say "organisation" inside a name.
pub(super) static ORGANISATION: Words = Words::new(
    "inc incorporated ltd limited llc llp lp corp corporation co company companies plc gmbh ag kg ohg ev sa sarl sas sasu \
snc eurl sci scop sl slu spa srl bv nv vof ab as asa aps oy oyj sp zoo sro kft pty pte holdings holding group groupe gruppe \
gruppo grupo industries enterprises enterprise systems solutions technologies technology tech services service consulting \
partners associates association associacao asociacion verein stiftung fondation foundation fundacion trust institute \
institut university universite universitat universidad college school ecole schule escuela lycee academy academie center \
centre zentrum centro hospital hopital krankenhaus clinic clinique klinik pharmacy pharmacie apotheke bank banque banco \
insurance assurances versicherung hotel restaurant cafe bar grill bistro brasserie trattoria pizzeria deli bakery \
boulangerie backerei store stores shop market markets supermarket supermarche magasin garage auto automobiles motors \
logistics transport transports media studio studios design agency agence agentur agencia labs laboratories laboratoires \
energy international global worldwide national federal church eglise kirche club society societe gesellschaft ministry \
council department office cabinet atelier etablissements ets maison freres fils sohne bros brothers sons network \
productions publishing press records ventures capital fund realty properties construction batiment bau immobilier learning \
daycare preschool nursery childcare ministries ymca science sciences corporate kitchen house inn steakhouse salon museum",
);

/// Words of sentences: what notes hold and names, places and categories do not.
pub(super) static SENTENCE: Words = Words::new(
    "the to at with before after please on and is are was not no use ask call leave if when then this that for from by \
have has will must do does here your our their it be been le les des une un est pas ne avec pour dans sur avant apres merci \
vous nous son ses qui que mais ou der die das ein eine und ist nicht mit bitte vor nach bei im zum zur auf wird el los las \
una y es por favor con antes despues en il lo gli e non per prima dopo che di o os as um uma nao antes depois het een en \
niet met voor na bij",
);

/// Titles and civilities.
pub(super) static TITLE: Words = Words::new(
    "mr mrs ms miss mx dr prof professor sir lady lord dame rev reverend fr sr m mme mlle monsieur madame mademoiselle me \
maitre docteur herr frau fraulein doktor sra srta don dona senor senora senorita sig sigra signor signora signorina dott \
dottore dottssa ing avv dhr mevr mevrouw heer meneer hr pan pani capt captain col colonel gen general maj major sgt lt hon",
);

/// Words for gender or sex.
pub(super) static GENDER: Words = Words::new(
    "m f male female man woman h homme femme masculin feminin mann frau mannlich weiblich maennlich w d divers diverse \
hombre mujer masculino feminino femenino v varon maschio femmina uomo donna vrouw mand kvinde man kvinna mies nainen x u \
unknown other autre nb nonbinary o boy girl",
);

/// Two-valued words.
pub(super) static BOOLEAN: Words =
    Words::new("yes no true false y n t f 0 1 oui non o ja nein j si sim nao vrai faux wahr falsch nee on off x");

/// Further names a suffix column holds.
pub(super) static SUFFIX: Words = Words::new("jr sr junior senior ii iii iv v esq phd md cpa fils pere");

/// Words that mean "nothing": left out before content is looked at.
pub(super) static NOTHING: Words = Words::new(
    "n/a na nan null none nil - -- --- ? . unknown undefined missing inconnu nc n.c. n/c nr unbekannt desconocido k.a. #n/a nd \
ns <na> not_available not_applicable non_renseigne keine_angabe",
);

/// Countries, by name in several languages; codes of three letters.
pub(super) static COUNTRY: Words = Words::new(
    "france germany deutschland allemagne alemania germania spain espagne espana spanien spagna italy italie italia italien \
portugal belgium belgique belgie belgien netherlands nederland pays-bas niederlande holland switzerland suisse schweiz \
svizzera austria autriche osterreich oesterreich luxembourg luxemburg united_kingdom uk great_britain england scotland wales \
northern_ireland royaume-uni ireland irlande irland eire united_states united_states_of_america usa us etats-unis canada \
kanada australia australie new_zealand japan japon china chine india inde brazil bresil brasil mexico mexique argentina \
chile colombia peru poland pologne polska polen czechia czech_republic slovakia hungary hongrie romania roumanie bulgaria \
greece grece croatia slovenia serbia ukraine russia russie russian_federation turkey turquie turkiye denmark danemark \
danmark sweden suede sverige norway norvege norge finland finlande suomi iceland estonia latvia lithuania morocco maroc \
algeria algerie tunisia tunisie egypt egypte senegal nigeria ghana kenya south_africa israel lebanon liban saudi_arabia \
united_arab_emirates qatar iran iraq pakistan bangladesh sri_lanka vietnam thailand indonesia malaysia singapore \
philippines south_korea korea taiwan hong_kong fra deu esp ita prt bel nld che aut lux gbr irl can aus nzl jpn chn ind bra \
mex pol cze hun rou grc dnk swe nor fin rus tur mar dza tun",
);

/// Countries, by code of two letters (shared with regions, so weaker).
pub(super) static COUNTRY_CODE: Words = Words::new(
    "fr de es it pt be nl ch at lu gb uk ie us ca au nz jp cn in br mx ar cl co pl cz sk hu ro bg gr hr si rs ua ru tr dk \
se no fi is ee lv lt ma dz tn eg sn ng gh ke za il lb sa ae qa ir iq pk bd lk vn th id my sg ph kr tw hk",
);

/// States, provinces and regions: codes and names.
pub(super) static REGION: Words = Words::new(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri \
sc sd tn tx ut vt va wa wv wi wy dc pr alabama alaska arizona arkansas california colorado connecticut delaware florida \
georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota \
mississippi missouri montana nebraska nevada new_hampshire new_jersey new_mexico new_york north_carolina north_dakota ohio \
oklahoma oregon pennsylvania rhode_island south_carolina south_dakota tennessee texas utah vermont virginia washington \
west_virginia wisconsin wyoming on qc bc ab mb sk ns nb nl pe ontario quebec british_columbia alberta manitoba \
saskatchewan nova_scotia nsw vic qld sa tas act nt new_south_wales victoria queensland south_australia western_australia \
tasmania ile-de-france bretagne normandie occitanie nouvelle-aquitaine grand_est hauts-de-france pays_de_la_loire \
auvergne-rhone-alpes bourgogne-franche-comte provence-alpes-cote_d'azur centre-val_de_loire corse bayern \
baden-wurttemberg berlin brandenburg bremen hamburg hessen niedersachsen nordrhein-westfalen rheinland-pfalz saarland \
sachsen sachsen-anhalt schleswig-holstein thuringen andalucia aragon asturias cataluna catalunya galicia madrid murcia \
navarra lombardia lazio campania sicilia veneto piemonte puglia toscana calabria sardegna liguria marche abruzzo umbria",
);

/// Cities and towns.
pub(super) static CITY: Words = Words::new(
    "london birmingham manchester leeds glasgow liverpool bristol sheffield edinburgh cardiff leicester coventry nottingham \
newcastle sunderland brighton plymouth reading derby wolverhampton southampton portsmouth york oxford cambridge norwich \
exeter swansea dundee aberdeen luton preston bolton ipswich peterborough gloucester lincoln chester bath durham bradford \
hull stoke belfast dublin cork galway paris marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille \
rennes reims toulon grenoble dijon angers nimes villeurbanne saint-etienne clermont-ferrand le_havre aix-en-provence brest \
tours amiens limoges annecy perpignan metz besancon orleans rouen mulhouse caen nancy argenteuil montreuil roubaix \
tourcoing avignon poitiers versailles creteil nanterre pau la_rochelle antibes cannes calais colmar bourges valence quimper \
lorient troyes chambery niort vannes laval albi berlin hamburg munchen muenchen munich koln koeln cologne frankfurt \
stuttgart dusseldorf duesseldorf leipzig dortmund essen bremen dresden hannover nurnberg nuernberg duisburg bochum wuppertal \
bielefeld bonn munster muenster mannheim karlsruhe augsburg wiesbaden aachen kiel halle magdeburg freiburg lubeck erfurt \
mainz rostock kassel potsdam ulm heidelberg darmstadt regensburg wien graz linz salzburg innsbruck zurich geneve genf basel \
bern lausanne luzern madrid barcelona valencia sevilla zaragoza malaga murcia palma bilbao alicante cordoba valladolid vigo \
gijon granada vitoria elche oviedo cartagena jerez pamplona almeria santander burgos salamanca roma rome milano milan \
napoli naples torino turin palermo genova bologna firenze florence bari catania venezia venice verona messina padova \
trieste brescia parma modena lisboa lisbon porto braga coimbra faro setubal aveiro funchal amadora rotterdam amsterdam \
utrecht eindhoven groningen tilburg almere breda nijmegen haarlem arnhem den_haag maastricht bruxelles brussel antwerpen \
gent liege namur charleroi brugge leuven luxembourg stockholm goteborg malmo oslo bergen kobenhavn copenhagen aarhus \
helsinki warszawa krakow lodz wroclaw poznan gdansk praha brno budapest bucuresti sofia athens moscow istanbul ankara \
new_york los_angeles chicago houston phoenix philadelphia san_antonio san_diego dallas san_jose austin jacksonville \
fort_worth columbus charlotte san_francisco indianapolis seattle denver washington boston el_paso nashville detroit \
oklahoma_city portland las_vegas memphis louisville baltimore milwaukee albuquerque tucson fresno sacramento kansas_city \
mesa atlanta omaha miami raleigh oakland minneapolis tulsa tampa cleveland orlando pittsburgh cincinnati brooklyn honolulu \
toronto montreal vancouver calgary ottawa edmonton winnipeg quebec sydney melbourne brisbane perth adelaide canberra hobart \
geelong newcastle auckland wellington sao_paulo rio_de_janeiro brasilia salvador fortaleza buenos_aires santiago bogota \
lima mexico guadalajara monterrey casablanca rabat alger tunis cairo dakar lagos nairobi johannesburg tokyo osaka beijing \
shanghai mumbai delhi bangalore singapore bangkok jakarta manila seoul",
);
