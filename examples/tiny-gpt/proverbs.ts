/** English proverbs in the public domain, one a line. */
export const proverbs = `A bad penny always turns up.
A bad workman always blames his tools.
A bird in the hand is worth two in the bush.
A burnt child dreads the fire.
A cat may look at a king.
A chain is only as strong as its weakest link.
A drowning man will clutch at a straw.
A fool and his money are soon parted.
A friend in need is a friend indeed.
A golden key can open any door.
A good beginning makes a good ending.
A house divided against itself cannot stand.
A leopard cannot change its spots.
A little knowledge is a dangerous thing.
A man is known by the company he keeps.
A miss is as good as a mile.
A new broom sweeps clean.
A penny saved is a penny earned.
A rolling stone gathers no moss.
A soft answer turns away wrath.
A stitch in time saves nine.
A watched pot never boils.
A word to the wise is enough.
Absence makes the heart grow fonder.
Actions speak louder than words.
All good things come to those who wait.
All good things must come to an end.
All roads lead to Rome.
All that glitters is not gold.
All work and no play makes Jack a dull boy.
All is fair in love and war.
All is well that ends well.
An apple a day keeps the doctor away.
An empty sack cannot stand upright.
An idle brain is the devil's workshop.
An ounce of prevention is worth a pound of cure.
As you make your bed, so you must lie in it.
As you sow, so shall you reap.
Ask me no questions, and I will tell you no lies.
Bad news travels fast.
Barking dogs seldom bite.
Beauty is in the eye of the beholder.
Beauty is only skin deep.
Beggars cannot be choosers.
Better a small fish than an empty dish.
Better late than never.
Better safe than sorry.
Better the devil you know than the devil you do not know.
Better to bend than to break.
Birds of a feather flock together.
Blood is thicker than water.
Brevity is the soul of wit.
Charity begins at home.
Children should be seen and not heard.
Cleanliness is next to godliness.
Cold hands, warm heart.
Constant dripping wears away the stone.
Cowards die many times before their deaths.
Cut your coat according to your cloth.
Dead men tell no tales.
Discretion is the better part of valour.
Do as you would be done by.
Do not bite the hand that feeds you.
Do not count your chickens before they are hatched.
Do not cross the bridge till you come to it.
Do not cry over spilt milk.
Do not judge a book by its cover.
Do not look a gift horse in the mouth.
Do not make a mountain out of a molehill.
Do not put all your eggs in one basket.
Do not put off till tomorrow what you can do today.
Do not put the cart before the horse.
Do not throw the baby out with the bathwater.
Early to bed and early to rise makes a man healthy, wealthy and wise.
Easy come, easy go.
Empty vessels make the most noise.
Enough is as good as a feast.
Every cloud has a silver lining.
Every dog has its day.
Every little helps.
Every man is the architect of his own fortune.
Every rose has its thorn.
Example is better than precept.
Experience is the mother of wisdom.
Faint heart never won fair lady.
Familiarity breeds contempt.
Fine feathers make fine birds.
Fine words butter no parsnips.
First come, first served.
Fools rush in where angels fear to tread.
Forewarned is forearmed.
Fortune favours the bold.
Give a man enough rope and he will hang himself.
Give credit where credit is due.
Give him an inch and he will take a mile.
God helps those who help themselves.
Good fences make good neighbours.
Good wine needs no bush.
Great minds think alike.
Great oaks from little acorns grow.
Grasp all, lose all.
Half a loaf is better than no bread.
Handsome is as handsome does.
Haste makes waste.
He laughs best who laughs last.
He who hesitates is lost.
He who pays the piper calls the tune.
Home is where the heart is.
Honesty is the best policy.
Hope springs eternal in the human breast.
Hunger is the best sauce.
If at first you do not succeed, try, try again.
If the cap fits, wear it.
If wishes were horses, beggars would ride.
If you cannot stand the heat, get out of the kitchen.
Ignorance is bliss.
In for a penny, in for a pound.
In the land of the blind, the one-eyed man is king.
It is an ill wind that blows nobody any good.
It is better to give than to receive.
It is never too late to learn.
It is no use locking the stable door after the horse has bolted.
It is the early bird that catches the worm.
It never rains but it pours.
It takes two to make a quarrel.
Jack of all trades, master of none.
Kill not the goose that lays the golden eggs.
Knowledge is power.
Laughter is the best medicine.
Learn to walk before you run.
Least said, soonest mended.
Let bygones be bygones.
Let sleeping dogs lie.
Lightning never strikes twice in the same place.
Like father, like son.
Little strokes fell great oaks.
Live and let live.
Look before you leap.
Love is blind.
Make hay while the sun shines.
Man proposes, God disposes.
Many a true word is spoken in jest.
Many hands make light work.
Marry in haste, repent at leisure.
Misery loves company.
Money does not grow on trees.
More haste, less speed.
Nature abhors a vacuum.
Necessity is the mother of invention.
Never say die.
No man can serve two masters.
No man is an island.
No news is good news.
No smoke without fire.
Nothing ventured, nothing gained.
Old habits die hard.
Once bitten, twice shy.
One good turn deserves another.
One man's meat is another man's poison.
One swallow does not make a summer.
Out of sight, out of mind.
Out of the frying pan into the fire.
Patience is a virtue.
Penny wise and pound foolish.
People who live in glass houses should not throw stones.
Possession is nine points of the law.
Practice makes perfect.
Practise what you preach.
Pride goes before a fall.
Prevention is better than cure.
Rome was not built in a day.
Silence is golden.
Slow and steady wins the race.
Spare the rod and spoil the child.
Still waters run deep.
Strike while the iron is hot.
The apple does not fall far from the tree.
The best things in life are free.
The bigger they are, the harder they fall.
The child is father of the man.
The darkest hour is just before the dawn.
The early bird catches the worm.
The end justifies the means.
The exception proves the rule.
The grass is always greener on the other side of the fence.
The leopard does not change its spots.
The love of money is the root of all evil.
The more the merrier.
The pen is mightier than the sword.
The pot calls the kettle black.
The proof of the pudding is in the eating.
The road to hell is paved with good intentions.
The spirit is willing, but the flesh is weak.
The truth will out.
The way to a man's heart is through his stomach.
There is a time and a place for everything.
There is honour among thieves.
There is many a slip between the cup and the lip.
There is no place like home.
There is no rest for the wicked.
There is no smoke without fire.
There is no time like the present.
There is safety in numbers.
Time and tide wait for no man.
Time flies.
Time is a great healer.
To err is human, to forgive divine.
Too many cooks spoil the broth.
Truth is stranger than fiction.
Two heads are better than one.
Two wrongs do not make a right.
Variety is the spice of life.
Virtue is its own reward.
Walls have ears.
Waste not, want not.
What cannot be cured must be endured.
What the eye does not see, the heart does not grieve over.
When in Rome, do as the Romans do.
When the cat is away, the mice will play.
Where there is a will, there is a way.
Where there is life, there is hope.
While there is life, there is hope.
You can lead a horse to water, but you cannot make it drink.
You cannot have your cake and eat it.
You cannot make a silk purse out of a sow's ear.
You cannot make an omelette without breaking eggs.
You cannot run with the hare and hunt with the hounds.
You cannot teach an old dog new tricks.
`;
