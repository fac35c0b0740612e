// What the generated people are called and where they live: by country, the most frequent first.

export interface Country {
  code: string;
  /** Of a hundred people, as many live here. */
  share: number;
  first: string[];
  last: string[];
  /** Town, region and the beginning of the postal code, separated by slashes. */
  towns: string[];
  streets: string[];
  domain: string;
  /** `#` stands for any digit, `%` for one from 2 to 9. */
  postalCode: string;
  mobiles: string[];
  landlines: string[];
}

const words = (text: string): string[] => text.trim().split(/\s+/);
const phrases = (text: string): string[] => text.split(',').map((phrase) => phrase.trim());

export const COUNTRIES: Country[] = [
  {
    code: 'US',
    share: 45,
    first: words(`John James Mary Michael Robert David Jennifer William Linda Joseph Patricia Richard Elizabeth Thomas Susan Jessica Christopher
      Sarah Charles Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Margaret Donald Sandra Steven Ashley Paul Kimberly Andrew Emily Joshua Donna
      Kenneth Michelle Kevin Carol Brian Amanda George Melissa Timothy Deborah Ronald Stephanie Jason Rebecca Edward Laura Jeffrey Sharon Ryan
      Cynthia Jacob Kathleen Gary Amy Nicholas Angela Jonathan Joan Jordan Joyce Joe Maria Martha Marilyn`),
    last: words(`Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor
      Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen
      Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards
      Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward`),
    towns: phrases(`New York/NY/100, Los Angeles/CA/900, Chicago/IL/606, Houston/TX/770, Phoenix/AZ/850, Philadelphia/PA/191, San Antonio/TX/782,
      San Diego/CA/921, Dallas/TX/752, Austin/TX/787, Indianapolis/IN/462, Columbus/OH/432, Charlotte/NC/282, Seattle/WA/981, Denver/CO/802,
      Boston/MA/021, Nashville/TN/372, Portland/OR/972, Memphis/TN/381, Madison/WI/537`),
    streets: phrases(
      'Main Street, Oak Avenue, Maple Street, Washington Avenue, Park Road, Cedar Lane, Lake Drive, Hill Street, Elm Street, 2nd Street, Sunset Boulevard, Johnson Road',
    ),
    domain: 'com',
    postalCode: '##',
    mobiles: words(
      '+1212%##%### +1310%##%### +1312%##%### +1713%##%### +1602%##%### +1215%##%### +1317%##%### +1614%##%### +1206%##%### +1303%##%### +1617%##%### +1503%##%###',
    ),
    landlines: words(
      '+1646%##%### +1213%##%### +1773%##%### +1512%##%### +1480%##%### +1267%##%### +1704%##%### +1615%##%### +1425%##%### +1720%##%### +1857%##%### +1971%##%###',
    ),
  },
  {
    code: 'GB',
    share: 15,
    first: words(`David John Susan Paul Margaret James Sarah Andrew Mark Michael Karen Peter Jacqueline Ian Christine Stephen Julie Robert Helen
      Jonathan Emma Oliver Charlotte Harry Amelia George Olivia Jack Isla Callum Fiona Gareth Sian Rhys Megan Hamish Nigel Clive Joanne Joanna`),
    last: words(`Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson
      Clarke Patel Khan Lewis James Phillips Mason Mitchell Rose Davis Cox Alexander Harris Murphy Hughes Edwards O'Brien MacDonald Fraser`),
    towns: phrases(`London/Greater London/SW1A, Birmingham/West Midlands/B1, Leeds/West Yorkshire/LS1, Glasgow/Scotland/G1, Manchester/Greater Manchester/M1,
      Bristol/Avon/BS1, Cardiff/Wales/CF10, Edinburgh/Scotland/EH1, Liverpool/Merseyside/L1, Sheffield/South Yorkshire/S1`),
    streets: phrases('High Street, Station Road, Church Lane, Victoria Road, Green Lane, Manor Road, Kings Road, Queen Street, Mill Lane, The Crescent'),
    domain: 'co.uk',
    postalCode: ' #AA',
    mobiles: words('+447400###### +447700###### +447811###### +447912######'),
    landlines: words('+4420794##### +4412120##### +4416183##### +4413155#####'),
  },
  {
    code: 'DE',
    share: 10,
    first: words(`Thomas Michael Andreas Peter Stefan Christian Martin Wolfgang Klaus Jürgen Günter Markus Sabine Petra Monika Ursula Renate Karin
      Birgit Anna Julia Lena Jonas Lukas Finn Maximilian Björn Sören Käthe Johannes Joachim Jörg`),
    last: words(`Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann
      Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier Groß Jäger`),
    towns: phrases(
      'Berlin/Berlin/10, Hamburg/Hamburg/20, München/Bayern/80, Köln/Nordrhein-Westfalen/50, Frankfurt am Main/Hessen/60, Stuttgart/Baden-Württemberg/70, Düsseldorf/Nordrhein-Westfalen/40, Leipzig/Sachsen/04',
    ),
    streets: phrases('Hauptstraße, Bahnhofstraße, Schulstraße, Gartenweg, Dorfstraße, Bergstraße, Lindenallee, Goethestraße, Am Markt'),
    domain: 'de',
    postalCode: '###',
    mobiles: words('+49151######## +49160####### +49170####### +49175#######'),
    landlines: words('+4930######## +4940######## +4989######## +49221#######'),
  },
  {
    code: 'FR',
    share: 8,
    first: words(`Jean Marie Pierre Michel Nathalie Philippe Isabelle Alain Sylvie Nicolas Catherine Christophe Françoise Patrick Valérie Frédéric
      Céline Julien Émilie Léa Hugo Chloé Théo Camille Zoé Loïc Joël Josiane`),
    last: words(`Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David Bertrand Morel Fournier
      Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Faure Mercier Blanchard Gérard Noël`),
    towns: phrases(
      'Paris/Île-de-France/75, Marseille/Provence/13, Lyon/Rhône/69, Toulouse/Occitanie/31, Nice/Provence/06, Nantes/Loire/44, Strasbourg/Grand Est/67, Bordeaux/Gironde/33',
    ),
    streets: phrases("rue de l'Église, rue de la République, avenue Victor Hugo, place du Marché, boulevard Gambetta, rue des Écoles, chemin du Moulin"),
    domain: 'fr',
    postalCode: '###',
    mobiles: words('+336######## +337########'),
    landlines: words('+331######## +334######## +335########'),
  },
  {
    code: 'ES',
    share: 7,
    first: words(`Antonio María José Manuel Carmen Francisco Ana David Juan Laura Javier Isabel Daniel Cristina Carlos Marta Jesús Lucía Alejandro
      Paula Miguel Elena Rafael Raquel Pablo Sofía Ángel Begoña Íñigo Joaquín Jorge`),
    last: words(`García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz Díaz Moreno Muñoz Álvarez Romero
      Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Gil Ramírez Serrano Molina Blanco Núñez Ibáñez`),
    towns: phrases(
      'Madrid/Madrid/28, Barcelona/Cataluña/08, Valencia/Valencia/46, Sevilla/Andalucía/41, Zaragoza/Aragón/50, Málaga/Andalucía/29, Bilbao/País Vasco/48',
    ),
    streets: phrases('Calle Mayor, Calle Real, Avenida de la Constitución, Plaza de España, Calle del Sol, Paseo del Prado'),
    domain: 'es',
    postalCode: '###',
    mobiles: words('+346########'),
    landlines: words('+3491####### +3493####### +3495#######'),
  },
  {
    code: 'IN',
    share: 7,
    first: words(`Rahul Priya Amit Anjali Rajesh Pooja Sanjay Sunita Vijay Neha Anil Kavita Suresh Deepa Ravi Asha Manoj Meena Arjun Lakshmi Kiran
      Divya Vikram Nisha Mahesh Jyoti Joseph Manish`),
    last: words(`Kumar Singh Sharma Patel Gupta Das Reddy Khan Verma Yadav Joshi Rao Nair Iyer Mehta Shah Mishra Jain Chopra Kapoor Agarwal Banerjee
      Mukherjee Pillai Desai Malhotra Bose Menon`),
    towns: phrases(
      'Mumbai/Maharashtra/400, Delhi/Delhi/110, Bengaluru/Karnataka/560, Hyderabad/Telangana/500, Chennai/Tamil Nadu/600, Kolkata/West Bengal/700, Pune/Maharashtra/411',
    ),
    streets: phrases('MG Road, Gandhi Nagar, Nehru Street, Station Road, Park Street, Lake View Road, Market Road'),
    domain: 'in',
    postalCode: '###',
    mobiles: words('+9198######## +9199######## +9190########'),
    landlines: words('+9122%####### +9111%####### +9180%#######'),
  },
  {
    code: 'JP',
    share: 3,
    first: words(`Hiroshi Yuki Takashi Keiko Kenji Yoko Akira Sakura Satoshi Haruka Daisuke Naoko Makoto Mai Kazuo Aiko Taro Hanako Ryo Emi Jo Joji`),
    last: words(`Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi Matsumoto Inoue Kimura
      Hayashi Shimizu Mori Abe Ikeda Hashimoto Ishikawa Ogawa Maeda`),
    towns: phrases('Tokyo/Tokyo/1, Osaka/Osaka/5, Nagoya/Aichi/4, Sapporo/Hokkaido/0, Fukuoka/Fukuoka/8, Kyoto/Kyoto/6'),
    streets: phrases('Chuo, Honcho, Sakura-dori, Minami-machi, Kita-machi, Higashi'),
    domain: 'co.jp',
    postalCode: '##-####',
    mobiles: words('+8190######## +8180########'),
    landlines: words('+813######## +816########'),
  },
  {
    code: 'AU',
    share: 5,
    first: words(`Jack Olivia William Charlotte Noah Mia Thomas Ava James Grace Lachlan Chloe Liam Sophie Cooper Matilda Joshua Ruby Ethan Zoe Bruce
      Sheila Kylie Shane John Peter`),
    last: words(`Smith Jones Williams Brown Wilson Taylor Johnson White Martin Anderson Thompson Nguyen Thomas Walker Harris Lee Ryan Robinson Kelly
      King Davis Wright Evans Roberts Green`),
    towns: phrases('Sydney/NSW/2, Melbourne/VIC/3, Brisbane/QLD/4, Perth/WA/6, Adelaide/SA/5, Hobart/TAS/7, Canberra/ACT/2'),
    streets: phrases('George Street, King Street, Victoria Street, Beach Road, Railway Parade, Church Street'),
    domain: 'com.au',
    postalCode: '###',
    mobiles: words('+614########'),
    landlines: words('+612%####### +613%####### +617%#######'),
  },
];

/** Endings and beginnings of the many names that are rare each. */
export const RARE_BEGINNINGS = words(`Ash Bar Beck Black Bran Brook Cald Car Chad Clay Cole Cran Dal Den Dray East El Fair Far Fen Ford Gar Glen Gran Hal Hart
  Haw Hazel Hen Holl Hurst Kel Ken Kirk Lang Lin Lock Mar Mead Mel Nor Oak Old Pem Pres Rad Ran Rock Rush Sel Shel Stan Stern Strat Sut Thorn Trent Wake
  Wal War Wes Whit Win Wood York Jo Jon`);
export const RARE_ENDINGS =
  words(`berg bert bey bourne bridge burn bury by combe cote cott craft croft dale den don er feld field ford gate ham hart hurst ingham
  ington land lay ley low man mere mont more ner ock ridge sby sen shaw son stead stein ston stone stow stock ter thorpe ton vale ville wall ward
  way well wick win wood worth`);

export const TITLES =
  phrases(`Manager, Director, Engineer, Sales Manager, Account Manager, Assistant, Consultant, Analyst, Developer, Office Manager, Project Manager,
  Purchasing Manager, Head of Sales, Chief Executive Officer, Chief Financial Officer, Software Engineer, Nurse, Teacher, Accountant, Technician,
  Marketing Manager, Customer Service Representative, Team Lead, Buyer, Architect, Designer, Physician, Lawyer, Electrician, Driver, Supervisor,
  Human Resources Manager, Data Analyst, Product Manager, Operations Manager, Vice President, Partner, Researcher, Scientist, Editor, Pharmacist,
  Warehouse Manager, Facility Manager, Quality Engineer, Service Technician, Trainer, Auditor, Broker, Planner, Secretary`);

export const COMPANY_WORDS =
  words(`Global United Northern Southern Pacific Atlantic National General Advanced First Prime Summit Pioneer Apex Delta Omega Alpha Nova
  Vertex Horizon Liberty Golden Silver Blue Red Green Bright Clear Royal Imperial Modern Central Metro Urban Coastal Alpine Nordic Eastern Western`);
export const TRADES =
  words(`Foods Steel Logistics Energy Software Insurance Bank Motors Textiles Chemicals Pharma Electronics Media Consulting Construction Travel
  Furniture Paper Plastics Telecom Water Systems Partners Holdings Trading Health Optics Robotics Farms Breweries`);
export const LEGAL_FORMS: Record<string, string> = {
  US: 'Inc.',
  GB: 'Ltd',
  DE: 'GmbH',
  FR: 'SARL',
  ES: 'S.L.',
  IN: 'Pvt Ltd',
  JP: 'K.K.',
  AU: 'Pty Ltd',
};
