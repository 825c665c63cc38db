using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PSPairChat.ConsoleApp;

/// <summary>Numbers on the command line.</summary>
internal static class Number
{
    private const int DefaultPort = 54321;
    private const int HighestPort = 65535;

    /// <summary>Reads a number; where it is none, or out of bounds, the error says what is wrong and how it is right.</summary>
    public static int Read(ArgumentResult result, string what, int least, int most)
    {
        var word = result.Tokens[0].Value;
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        result.AddError(string.Format(CultureInfo.InvariantCulture, "'{0}' is no {1}: it is a whole number from {2} to {3}.", word, what, least, most));
        return 0;
    }

    /// <summary>The argument for a port.</summary>
    public static Argument<int> PortArgument(string description, int least) => new("PORT")
    {
        Description = description,
        DefaultValueFactory = _ => DefaultPort,
        CustomParser = result => Read(result, "port", least, HighestPort),
    };
}
