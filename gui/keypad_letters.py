"""The letters of a telephone's digits, as data: what one digit gives when it is pressed again and again.

Latin letters are those of ITU-T E.161, the accented ones beside them as ETSI ES 202 130 has them, and so are the Arabic
ones. The Indian scripts stand in the order of their alphabets: vowels on 2, their signs on 3, consonants by the place
they are spoken at on 4 to 9. Every digit gives itself as well.
"""

from __future__ import annotations

from gui.keyboard_layouts import Kind

DIGITS = "1234567890"
SPACE = " "
# 1 has the signs, those first that are written most.
ALL_SIGNS = ". - _ @ , ! ? ' \" # $ % & ( ) * + / : ; < = > [ \\ ] ^ ` { | } ~"
SIGNS = {
    Kind.TEXT: ". , - ' / ( ) & : # \" + @",
    Kind.EMAIL: ". @ - _ + ! # $ % & ' * / = ? ^ ` { | } ~",
    Kind.LATIN: ALL_SIGNS,
    Kind.FORM: ALL_SIGNS,
}
LATIN = ("a b c", "d e f", "g h i", "j k l", "m n o", "p q r s", "t u v", "w x y z")
SPANISH = ("a b c á", "d e f é", "g h i í", "j k l", "m n o ñ ó", "p q r s", "t u v ú ü", "w x y z")
FRENCH = (
    "a b c à â ç æ", "d e f é è ê ë", "g h i î ï", "j k l", "m n o ô œ", "p q r s", "t u v ù û ü", "w x y z ÿ",
)  # fmt: skip
ARABIC = (
    "ب ت ة ث", "ا أ إ آ ء ى", "س ش ص ض", "د ذ ر ز", "ج ح خ", "ن ه و ي ئ ؤ", "ف ق ك ل م", "ط ظ ع غ",
)  # fmt: skip
HINDI = (
    "अ आ इ ई उ ऊ ऋ ए ऐ ओ औ ऑ ऍ ऎ ऒ", "ा ि ी ु ू ृ े ै ो ौ ् ं ँ ः ़ ॉ ॅ ॆ ॊ", "क ख ग घ ङ", "च छ ज झ ञ",
    "ट ठ ड ढ ण", "त थ द ध न ऩ", "प फ ब भ म", "य र ल व श ष स ह ळ ऱ ऴ",
)  # fmt: skip
MARATHI = (
    "अ आ इ ई उ ऊ ऋ ए ऐ ओ औ ऑ ॲ ऍ ऒ", "ा ि ी ु ू ृ े ै ो ौ ् ं ँ ः ़ ॉ ॅ ॊ", "क ख ग घ ङ", "च छ ज झ ञ",
    "ट ठ ड ढ ण", "त थ द ध न", "प फ ब भ म", "य र ल व श ष स ह ळ ऱ ऴ",
)  # fmt: skip
TAMIL = (
    "அ ஆ இ ஈ உ ஊ எ ஏ ஐ ஒ ஓ ஔ ஃ", "ா ி ீ ு ூ ெ ே ை ொ ோ ௌ ்", "க ங ச ஞ", "ட ண த ந", "ப ம ய ர", "ல வ ழ ள",
    "ற ன", "ஜ ஷ ஸ ஹ ஶ க்ஷ",
)  # fmt: skip
TELUGU = (
    "అ ఆ ఇ ఈ ఉ ఊ ఋ ఎ ఏ ఐ ఒ ఓ ఔ", "ా ి ీ ు ూ ృ ె ే ై ొ ో ౌ ్ ం ః ఁ", "క ఖ గ ఘ ఙ", "చ ఛ జ ఝ ఞ",
    "ట ఠ డ ఢ ణ", "త థ ద ధ న", "ప ఫ బ భ మ", "య ర ల వ శ ష స హ ళ ఱ",
)  # fmt: skip
# Languages that are not written as English is; 2 to 9.
LETTERS = {"hi": HINDI, "mr": MARATHI, "ta": TAMIL, "te": TELUGU, "ar": ARABIC, "es": SPANISH, "fr": FRENCH}


def letters_of(digit: str, kind: Kind, language: str, *, capital: bool = False) -> tuple[str, ...]:
    """What a digit gives, in this order and then from the beginning. ``language``: whose letters they are. ``capital``:
    those come first; the others follow behind the digit."""
    if digit == "0":
        return {Kind.TEXT: (SPACE, digit), Kind.EMAIL: (digit,)}.get(kind, (digit, SPACE))
    if digit == "1":
        return (*SIGNS[kind].split(), digit)
    letters = tuple(LETTERS.get(language, LATIN)[int(digit) - 2].split())
    capitals = tuple(letter.upper() for letter in letters)
    if capitals == letters or kind is Kind.EMAIL:
        return (*letters, digit)
    return (*capitals, digit, *letters) if capital else (*letters, digit, *capitals)
