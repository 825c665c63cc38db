using System;
using System.Collections.Generic;

namespace PSPairChat.Messages;

/// <summary>Compares text by what it looks like: the skeletons of Unicode Technical Standard #39.</summary>
internal static partial class Confusables
{
    private static readonly Lazy<RangeTable<int[]>> Prototypes = new(() => new RangeTable<int[]>(PrototypeTable, UnicodeData.ParseCodePoints));

    /// <summary>
    /// Gets the keys of a nickname. Two nicknames that have a key in common look alike or differ only in case. The first key is the skeleton of the case
    /// folding: BOB and bob. The second one is the skeleton of the case folding of the skeleton, because letters can look alike in one case only: Latin BOB
    /// and Cyrillic ВОВ, Alice and aIice. It is omitted if both are the same.
    /// </summary>
    public static string[] GetKeys(string nickname)
    {
        var text = UnicodeData.Decompose(UnicodeData.GetCodePoints(nickname));
        var folded = GetFoldedSkeleton(text);
        var displayed = GetFoldedSkeleton(GetSkeleton(text));
        return folded == displayed ? [folded] : [folded, displayed];
    }

    private static string GetFoldedSkeleton(IEnumerable<int> text) => UnicodeData.GetText(GetSkeleton(UnicodeData.Decompose(UnicodeData.FoldCase(text))));

    // The text is in normalization form D.
    private static List<int> GetSkeleton(IEnumerable<int> text)
    {
        var skeleton = new List<int>();
        foreach (var codePoint in text)
        {
            if (Prototypes.Value.TryGetValue(codePoint, out var prototype))
                skeleton.AddRange(prototype);
            else
                skeleton.Add(codePoint);
        }
        return UnicodeData.Decompose(skeleton);
    }
}
