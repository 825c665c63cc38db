#!/usr/bin/env python3
"""Generates the Unicode tables of PSPairChat.Core: src/PSPairChat.Core/Messages/UnicodeData.g.cs and Confusables.g.cs.

Inputs, which must be of one Unicode version:
  - the Unicode Character Database (Debian package unicode-data; --ucd names another folder)
  - the confusables of UTS #39, read through uspoof_getSkeleton of ICU (Debian package libicu72)

Usage: python3 tools/unicode/generate.py [--ucd /usr/share/unicode]
"""
import argparse
import collections
import ctypes
import ctypes.util
import pathlib
import re
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = ROOT / 'src' / 'PSPairChat.Core' / 'Messages'
LINE_LENGTH = 140

HANGUL = range(0xAC00, 0xD7A4)

# UTS #39, section 5.1: the sets with which a script is augmented.
AUGMENTED = {
    'Hani': ('Hanb', 'Jpan', 'Kore'), 'Hira': ('Jpan',), 'Kana': ('Jpan',), 'Hang': ('Kore',), 'Bopo': ('Hanb',),
}

# Letters of no script (Common) that names are written with: the Hawaiian and Uzbek turned comma, the Ukrainian apostrophe.
APOSTROPHES = {0x2BB: {'Latn'}, 0x2BC: {'Latn', 'Cyrl'}}

# The general combining marks U+0300..U+036F have no script (Inherited); these scripts use them.
MARKED_SCRIPTS = {'Latn', 'Grek', 'Cyrl'}

# Ordinary letters of Armenian, Thai and Lao that have a compatibility decomposition. Their skeletons are those of the parts.
COMPATIBILITY_LETTERS = {0x587, 0xE33, 0xEB3, 0xEDC, 0xEDD}

# Letters and marks that only lengthen a word, are a fragment of a letter or are not drawn: the tatweel of Arabic and of N'Ko, the Tifinagh joiner,
# the Arabic tail fragment, the Khitan filler.
EXCLUDED = {0x640, 0x7FA, 0x2D7F, 0xFE73, 0x16FE4}


class UnicodeDatabase:
    """The properties in the files of the Unicode Character Database."""

    def __init__(self, folder):
        self.folder = folder
        self.version = re.search(r'Scripts-([\d.]+)\.txt', (folder / 'Scripts.txt').read_text('utf-8').splitlines()[0])[1]
        self.category, self.combining_class, self.decomposition = {}, {}, {}
        first = 0
        for fields in self.rows('UnicodeData.txt'):
            code = int(fields[0], 16)
            start = first if fields[1].endswith('Last>') else code
            first = code
            for c in range(start, code + 1):
                self.category[c] = fields[2]
            if fields[3] != '0':
                self.combining_class[code] = int(fields[3])
            if fields[5]:
                self.decomposition[code] = fields[5]
        codes = {long: short for kind, short, long, *_ in self.rows('PropertyValueAliases.txt') if kind == 'sc'}
        self.script_names = {short: long.replace('_', ' ') for long, short in codes.items()}
        self.scripts = {c: {codes[script]} for c, script in self.property('Scripts.txt').items()}
        self.scripts.update((c, set(scripts.split())) for c, scripts in self.property('ScriptExtensions.txt').items())
        self.ignorable = self.property('DerivedCoreProperties.txt', 'Default_Ignorable_Code_Point')
        self.soft_dotted = self.property('PropList.txt', 'Soft_Dotted')
        self.stackers = self.property('IndicSyllabicCategory.txt', 'Invisible_Stacker')
        self.jamo = {c for c, kind in self.property('HangulSyllableType.txt').items() if kind in ('L', 'V', 'T')}
        self.excluded_from_composition = self.property('DerivedNormalizationProps.txt', 'Full_Composition_Exclusion')
        self.case_folding = {int(code, 16): parse(text) for code, status, text, *_ in self.rows('CaseFolding.txt') if status in 'CF'}

    def rows(self, file):
        for line in (self.folder / file).read_text('utf-8').splitlines():
            line = line.partition('#')[0].strip()
            if line:
                yield [field.strip() for field in line.split(';')]

    def property(self, file, name=None):
        values = {}
        for fields in self.rows(file):
            if name in (None, fields[1]):
                first, _, last = fields[0].partition('..')
                values.update(dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1), fields[1]))
        return values

    def decompose(self, code):
        """The full canonical decomposition. Hangul syllables stay whole."""
        text = self.decomposition.get(code, '<')
        return chr(code) if text.startswith('<') else ''.join(self.decompose(int(c, 16)) for c in text.split())

    def is_admitted(self, code):
        """Whether a nickname can contain a letter or mark."""
        return (self.category[code][0] in 'LM' and self.category[code] != 'Me'
                and (code in COMPATIBILITY_LETTERS or not any(self.decomposition.get(ord(c), '').startswith('<') for c in self.decompose(code)))
                and code not in self.excluded_from_composition and code not in self.ignorable and code not in self.jamo and code not in EXCLUDED
                and bool(self.get_scripts(code)))

    def get_scripts(self, code):
        """The scripts that a character is used with, augmented; empty for a character that belongs to no script."""
        scripts = self.scripts.get(code, {'Zyyy'})
        if code in APOSTROPHES:
            scripts = APOSTROPHES[code]
        elif scripts == {'Zinh'} and 0x300 <= code < 0x370 and self.combining_class[code] != 1:
            scripts = MARKED_SCRIPTS
        elif scripts & {'Zyyy', 'Zinh', 'Zzzz'}:
            return ()
        return tuple(sorted(scripts)) + tuple(sorted({a for s in scripts for a in AUGMENTED.get(s, ())}))


class SpoofChecker:
    """The skeletons of ICU."""

    def __init__(self):
        name = ctypes.util.find_library('icui18n')
        release = name.rpartition('.')[2]
        library, common = ctypes.CDLL(name), ctypes.CDLL(ctypes.util.find_library('icuuc'))
        version = (ctypes.c_ubyte * 4)()
        getattr(common, f'u_getUnicodeVersion_{release}')(version)
        self.version = '.'.join(map(str, version[:3]))
        self.release = release
        status = ctypes.c_int(0)
        uspoof_open = getattr(library, f'uspoof_open_{release}')
        uspoof_open.restype = ctypes.c_void_p
        self.checker = ctypes.c_void_p(uspoof_open(ctypes.byref(status)))
        self.get_skeleton_utf8 = getattr(library, f'uspoof_getSkeletonUTF8_{release}')

    def get_skeleton(self, text):
        data, buffer, status = text.encode('utf-8'), ctypes.create_string_buffer(256), ctypes.c_int(0)
        length = self.get_skeleton_utf8(self.checker, 0, data, len(data), buffer, len(buffer), ctypes.byref(status))
        if status.value > 0:
            raise RuntimeError(f'uspoof_getSkeletonUTF8 failed with {status.value} for U+{ord(text):04X}')
        return buffer.raw[:length].decode('utf-8')


def parse(text):
    return ''.join(chr(int(c, 16)) for c in text.split())


def format_text(text):
    return '+'.join(f'{ord(c):X}' for c in text)


def format_ranges(codes):
    """Hexadecimal code points and ranges: 41-5A 61-7A B5."""
    ranges = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ' '.join(f'{first:X}' if first == last else f'{first:X}-{last:X}' for first, last in ranges)


def format_groups(pairs, format_value):
    """The code points of each value: the value and a colon, then its ranges."""
    groups = collections.defaultdict(list)
    for code, value in pairs:
        groups[value].append(code)
    return ' '.join(f'{format_value(value)}: {format_ranges(codes)}' for value, codes in sorted(groups.items()))


def get_confusables(database, checker, admitted):
    """The prototypes of all characters that a nickname or a handle of the host can have after decomposition."""
    sources = {c for code in admitted if code not in HANGUL for c in database.decompose(code)} | {chr(c) for c in range(0x21, 0x7F)}
    sources |= {c for source in sources for c in database.case_folding.get(ord(source), '')}
    sources |= {c for source in list(sources) for c in checker.get_skeleton(source)}
    prototypes = {source: checker.get_skeleton(source) for source in sources if source != checker.get_skeleton(source)}
    # A prototype that contains a character which no other text has can equal nothing else.
    present = {c for code in admitted for c in database.decompose(code)} | {chr(c) for c in range(0x21, 0x7F)}
    uses = collections.Counter(c for prototype in prototypes.values() for c in set(prototype))
    return {s: p for s, p in prototypes.items() if all(c in present or uses[c] > 1 for c in p)}


def write_class(name, version, release, constants):
    lines = [
        '// <auto-generated>',
        '// Generated by tools/unicode/generate.py. Do not edit.',
        f'// Derived from the Unicode Character Database {version} and the confusables of UTS #39 (ICU {release}).',
        '// Copyright (C) 1991-2022 Unicode, Inc. Unicode License v3; see THIRD-PARTY-NOTICES.txt.',
        '// </auto-generated>',
        'namespace PSPairChat.Messages;', '', f'internal static partial class {name}', '{',
    ]
    for constant, description, text in constants:
        lines += [f'    // {description}', f'    private const string {constant} =']
        rows = textwrap.wrap(text, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
        lines += [f'        "{row} "' + (' +' if row is not rows[-1] else ';') for row in rows] + ['']
    lines[-1] = '}'
    (OUTPUT / f'{name}.g.cs').write_text('\n'.join(lines) + '\n', 'utf-8')
    print(name, len(lines), 'lines', sum(len(text) for *_, text in constants), 'characters', {c: len(t) for c, _, t in constants})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--ucd', type=pathlib.Path, default=pathlib.Path('/usr/share/unicode'), help='the folder of UnicodeData.txt')
    database, checker = UnicodeDatabase(parser.parse_args().ucd), SpoofChecker()
    if database.version != checker.version:
        raise SystemExit(f'The Unicode Character Database has version {database.version}, ICU {checker.version}.')

    admitted = {c for c in database.category if database.is_admitted(c)}
    used = sorted({script for c in admitted for script in database.get_scripts(c)})
    names = {**database.script_names, 'Hanb': 'Han with Bopomofo', 'Jpan': 'Japanese', 'Kore': 'Korean'}
    present = {ord(c) for code in admitted for c in database.decompose(code)}
    folding = {c: t for c, t in database.case_folding.items() if c in admitted or c in range(0x41, 0x5B)}
    pairs = {c: parse(database.decomposition[c]) for c in admitted - COMPATIBILITY_LETTERS if c in database.decomposition}
    confusables = get_confusables(database, checker, admitted)

    write_class('UnicodeData', database.version, checker.release, [
        ('ScriptNames', 'ISO 15924 codes and names of scripts.', ' '.join(f'{s}={names[s].replace(" ", "_")}' for s in used)),
        ('Characters', 'The letters (L) and marks (M) that nicknames can contain, by the scripts that they are used with.',
         format_groups(((c, (database.category[c][0], *database.get_scripts(c))) for c in admitted), ','.join)),
        ('SoftDottedLetters', 'Letters with a dot that a mark above replaces.', format_ranges(c for c in database.soft_dotted if c in admitted)),
        ('StackingMarks', 'Marks that are visible only between two letters.', format_ranges(c for c in database.stackers if c in admitted)),
        ('CombiningClasses', 'Canonical combining classes other than 0.',
         format_groups(((c, v) for c, v in database.combining_class.items() if c in present), str)),
        ('Decompositions', 'Canonical decompositions into two characters, each with the composite.', format_groups(pairs.items(), format_text)),
        ('CaseDistances', 'Distances from an uppercase letter to its case folding.',
         format_groups(((c, ord(t) - c) for c, t in folding.items() if len(t) == 1), str)),
        ('FullCaseFoldings', 'Case foldings to more than one letter.', format_groups(((c, t) for c, t in folding.items() if len(t) > 1), format_text)),
    ])
    write_class('Confusables', database.version, checker.release, [
        ('PrototypeTable', 'Prototypes, each with the characters that look like it.',
         format_groups(((ord(c), prototype) for c, prototype in confusables.items()), format_text)),
    ])


if __name__ == '__main__':
    main()
