@{
    ExcludeRules = @(
        # The functions of the build and the tests are called by their neighbours only.
        'PSUseSingularNouns'
        'PSUseShouldProcessForStateChangingFunctions'
        # dotnet's arguments, and those of a table of tests, read best in a row.
        'PSAvoidUsingPositionalParameters'
        # A parameter of the script is used in its functions.
        'PSReviewUnusedParameter'
        # Pester's BeforeAll and It share variables across script blocks in a way that the analyzer does not follow.
        'PSUseDeclaredVarsMoreThanAssignments'
        # Sources are UTF-8 without a byte order mark.
        'PSUseBOMForUnicodeEncodedFile'
    )
}
