using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Parses wildcard patterns that are the arguments of parameters.</summary>
internal static class WildcardArgument
{
    /// <summary>Parses a pattern that is not case-sensitive.</summary>
    /// <exception cref="ChatException">PatternInvalid.</exception>
    public static WildcardPattern Parse(string pattern)
    {
        var wildcard = new WildcardPattern(pattern, WildcardOptions.IgnoreCase);
        try
        {
            // A pattern is parsed when it is used.
            wildcard.IsMatch("");
        }
        catch (WildcardPatternException e)
        {
            throw new ChatException(ChatErrorReason.PatternInvalid, $"'{pattern}' is not a valid wildcard pattern.", e)
            {
                RecommendedAction = "Close the bracket, or place a backtick before it to match it literally.",
            };
        }
        return wildcard;
    }
}
