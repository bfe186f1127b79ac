"""Common given names that are no everyday words: what makes "anna bell" a name unasked.

Only evidence, never a limit: any name is heard after "my name is", or when it was asked for.
"""

from ..spoken import word_set

GIVEN_NAMES = word_set(
    "aaron abigail adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alice "
    "alicia ali allison amanda amber amy ana andrea andrew angela anita ann anna anne anthony "
    "antonio arthur ashley barbara beatriz ben benjamin bernard beth betty beverly bob bobby "
    "bradley brandon brenda brian bruce bryan camila carl carla carlos carmen carol caroline "
    "carolyn catherine cathy charles charlotte cheryl chloe chris christian christina christine "
    "christopher cindy claire claudia colin connor craig cristina cynthia daniel daniela danielle "
    "david deborah debra dennis diana diane diego donald donna doris dorothy douglas dylan edith "
    "eduardo edward edwin elena eleanor elizabeth ella ellen emily emma enrique eric erica ernesto "
    "ethan eugene eva evan evelyn fatima felix fernando fiona frances francisco frederick gabriel "
    "gabriela gary george gerald gloria gonzalo greg gregory hannah harold harry hassan heather "
    "helen henry howard hugo ian ibrahim ines isaac isabel isabella jacob jacqueline james jamie "
    "jane janet janice jason javier jean jeff jeffrey jennifer jeremy jessica jesus jill jim jimmy "
    "joan joanna joe joel john johnny jonathan jordan jorge jose joseph josh joshua joyce juan "
    "judith judy julia julian julie justin karen kate katherine kathleen kathryn katie keith kelly "
    "kenneth kevin kim kimberly kyle larry laura lauren leah leonard leo leslie liam linda lisa "
    "logan lori louis louise lucas lucia lucy luis luke lynn manuel marcus margaret maria marie "
    "marilyn mario marta martha martin mary mateo matthew megan melissa mia michael michelle "
    "miguel mike mohammed mohamed muhammad monica nadia nancy natalie nathan nicholas nick nicole "
    "nina noah nora oliver olivia omar oscar pablo pamela patricia patrick paul paula pedro peter "
    "philip phillip rachel rafael ralph ramon raymond rebecca ricardo richard robert roberto "
    "robin roger ronald rosa roy russell ruth ryan samantha samuel sandra sara sarah scott sean "
    "sebastian sergio sharon sheila shirley simon sofia sophia sophie stephanie stephen steve "
    "steven stuart susan teresa theresa thomas tiffany tim timothy todd tom tony tracy valentina "
    "vanessa veronica victor victoria vincent virginia walter wayne wendy william yusuf zachary zoe"
)
