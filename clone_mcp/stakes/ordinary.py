"""What an agent asks leave for all day, and the verbs that are anything but."""

from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.grammar import words

# Verbs of ordinary work, and words that aren't verbs: all that may follow "Shall I" without raising a doubt.
ORDINARY = words("""
    try do recommend suggest lean move address get have let make put take bring give set turn go come see explore
    be examine elaborate focus break navigate work identify integrate follow incorporate complete recognize
    propose tackle finalize capture dig consider step correct assist track edit adapt sort pinpoint pick choose
    choosing decide dive troubleshoot transform calculate compute combine encrypt enhance improve remember
    coordinate render scan stay reconsider discover configure stage attempt perform slice revise prototype
    categorize brainstorm scaffold locate prioritize narrow target catch filter pin think highlight cycle
    deprecate stub gate match craft research base compile process evaluate lint fmt sketch iterate zoom experiment
    play answer ask fold swap raise return yield cast use reuse bump regenerate rerun re-run retry repeat
    restructure reorganize reorganise group nest flatten map reduce sum join split concatenate append prepend
    insert inject parse serialize serialise encode decode escape unescape trim pad truncate-text round shorten
    lengthen widen expand collapse toggle blur indent dedent center align scroll animate fade colour color theme
    paint draw plot chart graph visualize visualise sample shuffle seed memoize cache buffer batch queue-up stream
    paginate debounce throttle limit cap clamp loosen tighten relax strengthen harden guard protect secure
    sanitize hash compress zip unzip download fetch pull load import clone checkout check-out stash rebase squash
    amend commit cherry-pick branch diff blame bisect inspect profile time trace instrument monitor measure count
    estimate rank score rate grade judge compare contrast weigh summarize summarise paraphrase translate localize
    spell proofread reword rephrase reformulate outline structure number label title caption annotate mark comment
    footnote cite quote link reference credit attribute mention illustrate demonstrate demo present show display
    preview print view open close keep leave preserve retain save store hold maintain support backport port
    upstream-nothing vendor freeze unpin upgrade-types downgrade-types install add include bundle minify transpile
    build rebuild assemble generate bootstrap init initialize initialise setup set-up create define declare type
    name rename alias call invoke run execute exercise try-out test verify validate assert check double-check
    recheck confirm ensure spec mock fake simulate emulate fuzz benchmark stress watch observe listen
    subscribe-events poll wait pause sleep continue proceed resume finish start begin stop-here end conclude wrap
    wrap-up skip ignore omit exclude avoid prevent allow-list handle treat deal cope recover fall fallback default
    guess assume infer deduce derive search look find grep list enumerate collect gather aggregate read skim study
    learn understand know explain describe clarify document discuss talk chat say tell note report brief update
    refresh sync-docs adjust tweak tune polish refine fix repair patch debug diagnose investigate analyze analyse
    review critique audit assess refactor simplify extract inline abstract generalize generalise specialize
    parametrize parameterize modularize decouple isolate separate unify merge-code consolidate dedupe deduplicate
    normalize normalise standardize convert change modify alter replace substitute exchange switch reorder
    rearrange reverse invert negate shift increment decrement increase decrease double halve prefer favour favor
    stick like love need want mean plan design architect model draft write rewrite compose author help guide walk
    mentor pair collaborate restart-dev serve host-locally boot launch-dev style restyle format reformat prettify
    beautify hide enable disable activate deactivate select deselect hover click-through drag resize position
    place-inline truncate feel believe hope wish expect bet mind care agree disagree apologize apologise thank
    appreciate cover extend implement introduce optimize optimise cleanup tidy clean organize organise arrange fit
    squeeze shrink grow reset-state log count-up emphasize emphasise make-sure ship-tests run-tests lower cut
    minimize minimise maximize maximise speed slow accelerate delay defer postpone reschedule inherit subclass
    override overload also just then now either both only still maybe probably perhaps actually really better best
    rather sooner first next not the a an to it this that these those with for from in on at of or and but if so
    as by all any some more most one two no yes ok i you we they he she me us them my your our their its his her
    there here what which who how why when where whether able sure glad happy ready done fine good great free
    quick quickly simply directly manually carefully slowly gradually instead always never usually
    centre rehearse practise practice quiz teach recap recite underline italicize capitalize capitalise lowercase
    uppercase hyphenate abbreviate ideate storyboard wireframe digest distill condense crop tint sharpen blend mix
    layer mask dice concat interleave transpose denoise smooth interpolate predict classify tokenize tokenise lemmatize
    vectorize vectorise reindex lookup curry pipe chain parallelize parallelise spike timebox groom triage assign rewire
    rethink revisit redraw relabel renumber resort retitle retype rewrap respell recolor recolour
    crosscheck cross-check sanity-check eyeball peek glance look-up google browse crawl scrape ponder contemplate
    sleep rest lint-fix autofix auto-fix autoformat hoist memoise lazy-load preload prefetch inline-it dockerize
    containerize virtualize internationalize internationalise deserialize deserialise marshal unmarshal typecheck
    type-check pretty-print dump-schema pluralize pluralise singularize slugify humanize titlecase
""")
# Verbs that act on other people, money or running things unless they are done to code or a plain thing.
RISKY = {
    Consequence.DESTRUCTIVE: words("""
        drain detach replay downgrade block stop suspend expire reboot evict deprovision cancel disable unmount void
        clear empty reset kill terminate decommission shut
    """),
    Consequence.COSTLY: words("""
        order settle commission book sell transfer reserve renew subscribe launch bid hire lease rent sponsor
        refund charge bill
    """),
    Consequence.PUBLIC: words("""
        accept approve notify ping invite rsvp forward reply cc introduce announce escalate decline post submit
        publish send
        unfollow endorse vote nominate alert email message text
    """),
    Consequence.CREDENTIAL: words(
        "bypass circumvent override rotate hardcode trust grant elevate expose unlock authorize authorise whitelist"
    ),
}
PLAIN = words("""
    dev local locally localhost test tests mock mocked dry-run sandbox example sample demo draft here array list string
    matrix axis axes label labels degrees chart plot text counter value values null undefined suggestion suggestions
    edit edits diff patch input inputs default defaults prop props event events signal form timer animation selection
    word words naming scheme fixture fixtures helper helpers by alphabetically column columns result results
    console terminal screen watcher loop search filter
    exception error promise callback itself row rows header headers
    number numbers cursor buffer image images picture logo icon recursion propagation bubbling listener
""")
