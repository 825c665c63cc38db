namespace PSPairChat.Dialects;

/// <summary>The <c>handle> </c> before a text.</summary>
/// <param name="handle">The handle.</param>
/// <param name="length">How many characters it takes with its separator.</param>
internal readonly struct HandlePrefix(string handle, int length)
{
    /// <summary>The separator that we use.</summary>
    public const string Separator = "> ";

    private const int LongestHandle = 64;

    public string Handle { get; } = handle;

    public int Length { get; } = length;

    /// <summary>Finds the prefix of a line: one word and <c>> </c> or <c>></c>; null where there is none.</summary>
    public static HandlePrefix? Find(string line)
    {
        var at = line.IndexOf('>');
        if (at is < 1 or > LongestHandle)
            return null;
        for (var i = 0; i < at; i++)
        {
            if (char.IsWhiteSpace(line[i]))
                return null;
        }
        var spaced = at + 1 < line.Length && line[at + 1] == ' ';
        return new HandlePrefix(line.Substring(0, at), spaced ? at + 2 : at + 1);
    }
}
